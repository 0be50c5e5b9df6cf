// A small program on the typed client: starts a sync of the first shop, follows it, then prints what is to be packed
// and what sold. Run it beside `npm start` with `npm run example`, or give the server's URL and API key as arguments.
import {
  createClient,
  OrdersReadyToShipDocument,
  ProductSalesDocument,
  ShopsDocument,
  SyncRunDocument,
  SyncStartDocument,
} from './index.js';

const [url = 'http://localhost:4000', apiKey] = process.argv.slice(2);
const lading = createClient({ url, apiKey });

const { shops } = await lading.request(ShopsDocument, {});
const shop = shops.nodes[0];
if (!shop) throw new Error('No shop yet: add one with shopAdd, or start the server with LADING_DEMO=on.');

const { syncStart } = await lading.request(SyncStartDocument, { input: { shopId: shop.id } });
for (const problem of syncStart.userErrors) console.log(`${problem.code}: ${problem.message}`);

const runId = syncStart.syncRun?.id;
for (let open = runId !== undefined; open && runId; ) {
  const { syncRun } = await lading.request(SyncRunDocument, { id: runId });
  open = syncRun?.status === 'QUEUED' || syncRun?.status === 'RUNNING';
  const figures = syncRun?.streams.map((s) => `${s.stream} ${s.fetched} read, ${s.created} new, ${s.updated} changed`);
  console.log(`${shop.name}: ${syncRun?.status} (${figures?.join('; ')})`);
  if (open) await new Promise((resolve) => setTimeout(resolve, 500));
}

const { orders } = await lading.request(OrdersReadyToShipDocument, { shopIds: [shop.id] });
console.log(`\nTo be packed, oldest first (${orders.nodes.length}):`);
for (const order of orders.nodes) {
  const open = order.lines.filter(
    (line) => line.fulfilledBy === 'SELLER' && line.quantity.open > line.quantity.pending,
  );
  const items = open.map((line) => `${line.quantity.open - line.quantity.pending} × ${line.sku ?? line.title}`);
  console.log(`  ${order.orderNumber}  ${order.orderedAt.slice(0, 10)}  ${items.join(', ')}`);
}

const { productSales } = await lading.request(ProductSalesDocument, {});
console.log('\nSold:');
for (const row of productSales.nodes) {
  console.log(
    `  ${String(row.unitsSold).padStart(4)} × ${row.sku}  ${row.grossRevenue.amount} ${row.grossRevenue.currency}`,
  );
}
