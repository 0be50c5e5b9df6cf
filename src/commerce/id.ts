/** Short tags of the nouns that `node(id)` finds. An id is opaque to clients: `ord_12`, `lin_12_1`. */
export const idTags = {
  Shop: 'shop',
  Stream: 'str',
  Order: 'ord',
  OrderLine: 'lin',
  Shipment: 'shi',
  ShipmentLine: 'shl',
  Return: 'ret',
  ReturnLine: 'rel',
  SyncRun: 'run',
  Reject: 'rej',
  CoverageCheck: 'cov',
  Alert: 'alr',
  AlertDelivery: 'ald',
  Product: 'prd',
  StockMovement: 'mov',
  OversellIncident: 'ove',
  Customer: 'cus',
  Export: 'exp',
  Cart: 'car',
} as const;

export type IdNoun = keyof typeof idTags;

const nounOfTag = new Map(Object.entries(idTags).map(([noun, tag]) => [tag as string, noun as IdNoun]));

export function globalId(noun: IdNoun, ...key: readonly (string | number)[]): string {
  return [idTags[noun], ...key].join('_');
}

/** The noun and database key of an id; null for anything that is not one of ours. */
export function parseId(id: string): { noun: IdNoun; key: string[] } | null {
  const match = /^([a-z]{3,4})((?:_[0-9A-Z]{1,19}){1,2})$/.exec(id);
  const noun = match && nounOfTag.get(match[1] as string);
  return noun ? { noun, key: (match[2] as string).slice(1).split('_') } : null;
}

/** The database key of an id of this noun; null for anything else. */
export function keyOf(noun: IdNoun, id: string): string | null {
  const parsed = parseId(id);
  return parsed?.noun === noun && parsed.key.length === 1 && /^\d{1,18}$/.test(parsed.key[0] ?? '')
    ? (parsed.key[0] as string)
    : null;
}
