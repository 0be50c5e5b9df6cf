import { chance } from '../../../sandbox/random.js';
import { draftOf } from './draft.js';
import { dutchTime } from './dutch-time.js';
import * as ids from './ids.js';
import { buyerOf } from './people.js';
import { bolProducts } from './products.js';
import type { ReturnItemRecord, ReturnRecord } from './records.js';
import type { BolWorld } from './world.js';

/** As in a list: without titles, transport and customers. */
export function reducedReturn(world: BolWorld, made: ReturnRecord): object {
  return returnOf(world, made, () => ({}));
}

export function returnDetail(world: BolWorld, made: ReturnRecord): object {
  const by = chance(world.seed, 40, made.index);
  const { email, ...buyer } = buyerOf(world.seed, made.order.index);
  const company = draftOf(world.seed, made.order.index).billing === 'COMPANY' && { company: 'Voorbeeld Kantoor B.V.' };
  const tracked = by.is(0.8) && { trackAndTrace: `3SRETOUR${made.index}`, transporterName: 'PostNL' };
  return returnOf(world, made, (item) => ({
    title: bolProducts[made.order.items[item.item]?.product ?? -1]?.title,
    ...tracked,
    customerDetails: { ...buyer, ...company, email },
  }));
}

function returnOf(world: BolWorld, made: ReturnRecord, more: (item: ReturnItemRecord) => object): object {
  return {
    returnId: ids.returnId(made.index),
    registrationDateTime: dutchTime(made.registeredAt),
    fulfilmentMethod: made.method,
    returnItems: made.items.map((item, index) => ({
      rmaId: ids.rmaId(made.index, index),
      orderId: ids.orderId(world.seed, made.order.index),
      ean: bolProducts[made.order.items[item.item]?.product ?? -1]?.ean,
      expectedQuantity: item.quantity,
      returnReason: reasonOf(world, made, index),
      handled: item.results.length > 0,
      ...(item.results.length > 0 && {
        processingResults: item.results.map((result) => ({
          quantity: result.quantity,
          processingResult: result.processing,
          handlingResult: result.handling,
          processingDateTime: dutchTime(result.at),
        })),
      }),
      ...more(item),
    })),
  };
}

const reasons = [
  { mainReason: 'Verkeerde maat of afmeting', detailedReason: 'Te klein' },
  {
    mainReason: 'Klacht over artikel',
    detailedReason: 'Kwaliteit valt tegen',
    customerComments: 'Léger défaut, “doos” was open',
  },
  { mainReason: 'Verkeerd besteld', detailedReason: 'Dubbel besteld' },
  { mainReason: 'Elders goedkoper' },
  { mainReason: 'Anders', detailedReason: 'Ik heb me bedacht', customerComments: 'Toch niet nodig.' },
];

const reasonOf = (world: BolWorld, made: ReturnRecord, item: number) =>
  chance(world.seed, 41, made.index, item).pick(reasons);
