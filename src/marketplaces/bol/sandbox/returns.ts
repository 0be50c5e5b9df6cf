import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { Api } from './api.js';
import { malformedReturn, malformedReturns } from './malformed.js';
import { pageOf, rowsOf } from './paging.js';
import { Parameters } from './parameters.js';
import { notFound } from './problem.js';
import type { Method } from './records.js';
import { reducedReturn, returnDetail } from './render-returns.js';
import type { ReturnFilter } from './return-lists.js';
import type { BolWorld } from './world.js';

export const returnRoutes = (api: Api): Route[] => [
  api.route('GET', '/retailer/returns', (request) => list(request, api)),
  api.route('GET', '/retailer/returns/*', (request, [id = '']) => detail(request, api, id)),
];

/** Without `handled`, both kinds (a guess; it was false until v3). */
function list(request: SandboxRequest, { world, faults, settings }: Api): Answer {
  const parameters = new Parameters(request);
  const page = parameters.page();
  const filter: ReturnFilter = {
    handled: parameters.flag('handled'),
    method: parameters.oneOf<Method>('fulfilment-method', ['FBR', 'FBB'], 'FBR'),
  };
  if (parameters.refusal) return parameters.refusal;
  return pageOf(
    {
      ...{ request, page, member: 'returns' },
      rows: () => rowsOf(world.returnLists.read(filter)),
      render: (made) => reducedReturn(world, made),
      shift: () => handleFirst(world, filter.method),
      malformed: malformedReturns,
    },
    faults,
    settings,
  );
}

/** The oldest unhandled one leaves its list, where all others move up, and enters the other, where they move down. */
function handleFirst(world: BolWorld, method: Method): void {
  const [first] = world.returnLists.read({ handled: false, method });
  world.clock.advance(1_000);
  for (const item of first?.items ?? []) {
    world.handle(item, [{ quantity: item.quantity, processing: 'ACCEPTED', handling: 'RETURN_RECEIVED' }]);
  }
}

/** No horizon is documented for returns: none is kept. */
function detail(request: SandboxRequest, { world }: Api, id: string): Answer {
  const broken = malformedReturn(id);
  if (broken) return { status: 200, body: broken };
  const made = world.return(id);
  return made
    ? { status: 200, body: returnDetail(world, made) }
    : notFound(request, `Return for return id ${id} not found.`);
}
