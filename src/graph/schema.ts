// Puts the schema together: our classes, the marketplaces' own, and how their fields are read.
import 'reflect-metadata';
import { createPubSub } from '@graphql-yoga/subscription';
import {
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { buildSchema, type ClassType, type NonEmptyArray } from 'type-graphql';
import type { Marketplace } from '../commerce/marketplace.js';
import { createCatalog } from '../store/shapes/catalog.js';
import { typeKey } from '../store/shapes/compile.js';
import { AlertMutations } from './alert-mutations.js';
import { AlertQueries } from './alert-queries.js';
import type { ExecutableGraph } from './apollo.js';
import { CartMutations } from './cart-mutations.js';
import { CartQueries } from './cart-queries.js';
import { CoverageMutations } from './coverage-mutations.js';
import { CoverageQueries } from './coverage-queries.js';
import { CustomerMutations } from './customer-mutations.js';
import { CustomerQueries } from './customer-queries.js';
import { direct } from './direct-order.js';
import { DirectOrderMutations } from './direct-order-mutations.js';
import { declareMarketplaces } from './enums.js';
import { asGateway, createExecutor, stringifyResult } from './executor.js';
import { ExportMutations } from './export-mutations.js';
import { ExportQueries } from './export-queries.js';
import { NodeQueries } from './node-queries.js';
import { OrderLine } from './order.js';
import { OrderQueries } from './order-queries.js';
import { payloadResolvers } from './payload.js';
import { ProductMutations } from './product-mutations.js';
import { ProductQueries } from './product-queries.js';
import { type ReadServices, readOf } from './reader.js';
import { RejectQueries } from './reject-queries.js';
import { RemoteCartQueries } from './remote-cart.js';
import './relations.js';
import { ordersPage } from './report-args.js';
import { ReportQueries } from './report-queries.js';
import { ReturnLine } from './return.js';
import { ReturnQueries } from './return-queries.js';
import { RunQueries } from './run-queries.js';
import { CombinedProductSales } from './sales.js';
import { SalesQueries } from './sales-queries.js';
import { ShipmentLine } from './shipment.js';
import { ShipmentQueries } from './shipment-queries.js';
import { declareCredentials, markOneOf } from './shop-inputs.js';
import { ShopMutations } from './shop-mutations.js';
import { ShopQueries } from './shop-queries.js';
import { SyncSubscriptions } from './subscription.js';
import { SyncMutations } from './sync-mutations.js';
import { InputError, InsufficientStockError } from './user-error.js';

const resolvers: NonEmptyArray<ClassType> = [
  NodeQueries,
  OrderQueries,
  ShipmentQueries,
  ReturnQueries,
  SalesQueries,
  ReportQueries,
  ShopQueries,
  RunQueries,
  RejectQueries,
  CoverageQueries,
  ExportQueries,
  AlertQueries,
  ProductQueries,
  CustomerQueries,
  CartQueries,
  RemoteCartQueries,
  ShopMutations,
  SyncMutations,
  CoverageMutations,
  ExportMutations,
  AlertMutations,
  ProductMutations,
  DirectOrderMutations,
  CustomerMutations,
  CartMutations,
  SyncSubscriptions,
  ...payloadResolvers,
];

interface GraphOptions {
  /** The registry: the graph learns here what there is, and imports no marketplace. */
  readonly marketplaces: readonly Marketplace[];
  /** What documented rate limits are multiplied with; 1 when absent. */
  readonly rateScale?: number;
}

/** The schema with its resolvers. */
export async function buildGraph({ marketplaces, rateScale }: GraphOptions): Promise<GraphQLSchema> {
  const channels = [...marketplaces, direct];
  declareMarketplaces(marketplaces);
  declareCredentials(marketplaces);
  const schema = await buildSchema({
    resolvers,
    orphanedTypes: [
      OrderLine,
      ShipmentLine,
      ReturnLine,
      CombinedProductSales,
      InputError,
      InsufficientStockError,
      ...channels.flatMap(({ types }) => [types.order, types.shipment, types.return ?? [], types.productSales].flat()),
    ],
    // class-validator would echo what it refuses, secrets included; arguments are checked where they are read
    validate: false,
    pubSub: createPubSub(),
  });
  markOneOf(schema);
  describeRoots(schema);
  const reading: ReadServices = {
    catalog: createCatalog(marketplaces, channels, rateScale, ordersPage),
    zones: Object.fromEntries(channels.map(({ code, zone }) => [code, zone])),
  };
  schema.extensions = { ...schema.extensions, reading };
  readRowsByKey(schema);
  return schema;
}

/** There is no class behind the root types that could carry a description. */
function describeRoots(schema: GraphQLSchema): void {
  const descriptions = [
    [
      schema.getQueryType(),
      'What can be read. Answers come from this installation’s own copy, never from a marketplace.',
    ],
    [
      schema.getMutationType(),
      'What can be changed: shops, their syncs, rejected records and alerts; products, stock, customers, carts and direct orders; and what can be exported. Nothing at a marketplace.',
    ],
    [schema.getSubscriptionType(), 'What can be followed, as server-sent events at `/graphql/stream`.'],
  ] as const;
  for (const [type, description] of descriptions) {
    if (type) type.description = description;
  }
}

/** The schema with the executor that serves it: what the server needs. */
export async function createExecutableGraph(options: GraphOptions): Promise<ExecutableGraph> {
  const schema = await buildGraph(options);
  return { schema, gateway: asGateway(schema, createExecutor(schema)), stringifyResult };
}

/** The contract's text: sorted, so that it changes only when the API does. */
export function printGraph(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

type Row = Readonly<Record<string, unknown>>;

/** Rows come from PostgreSQL under the keys of the answer, not under the names of the schema. */
const byKey: GraphQLFieldResolver<Row, unknown> = (row, _args, _context, info) => row[info.path.key];

/** Gives every type that is read from the database that resolver. Mutations' payloads keep their own. */
function readRowsByKey(schema: GraphQLSchema): void {
  const read = new Set<GraphQLNamedType>();
  const add = (type: GraphQLNamedType) => {
    if (read.has(type)) return;
    read.add(type);
    if (isAbstractType(type)) {
      type.resolveType = (row: Row) => row[typeKey] as string;
      for (const member of schema.getPossibleTypes(type)) add(member);
    }
    if (!isObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      field.resolve = byKey as GraphQLFieldResolver<unknown, unknown>;
      add(getNamedType(field.type));
    }
  };
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    if (readOf(field)) add(getNamedType(field.type));
  }
}
