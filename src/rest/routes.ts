/*
 * REST for clients that speak no GraphQL. A route is a declaration over a GraphQL operation, which is executed within
 * this process like any other: what holds for the one way holds for the other.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Api } from '../graph/apollo.js';
import type { Context } from '../graph/context.js';
import { ApiError, errorBody } from '../graph/errors.js';
import { errorPagePath } from '../graph/user-error.js';
import { makeAsset, sendAsset, sendPage } from '../server/assets.js';
import { answer, execute } from './answer.js';
import { customerRoutes } from './customers.js';
import { errorPage } from './error-page.js';
import { openApi } from './openapi.js';
import { orderRoutes } from './orders.js';
import { type Plan, planOf } from './plan.js';
import { problem, problemBody } from './problem.js';
import { variablesOf } from './request.js';
import type { Route } from './route.js';
import { shipmentRoutes } from './shipments.js';
import { shopRoutes } from './shops.js';

/** In the order in which the documentation shows them. */
export const routes: readonly Route[] = [...orderRoutes, ...customerRoutes, ...shipmentRoutes, ...shopRoutes];

const roots = new Set(routes.map(({ path }) => path.split('/')[1]));

/** The body of what fails before a route is reached: that of the façade under its addresses, that of GraphQL elsewhere. */
export const failureBody: FastifyInstance['failureBody'] = (request, code, message, requestId) => {
  const [, root] = request.url.split(/[/?]/, 2);
  return roots.has(root)
    ? problemBody([problem(request, code, requestId ? `${message} (request ${requestId}).` : message)])
    : errorBody(code, message, requestId);
};

export function plansOf(schema: GraphQLSchema): Plan[] {
  return routes.map((route) => planOf(schema, route));
}

export function restRoutes(app: FastifyInstance, api: Api, contextOf: (request: FastifyRequest) => Context): void {
  const plans = plansOf(api.schema);
  app.register(async (scope) => {
    readJsonOnly(scope);
    scope.addHook('onRequest', async (_, reply) => void reply.header('cache-control', 'no-store'));
    for (const plan of plans) {
      scope.route({
        method: plan.route.method,
        url: addressOf(plan.route.path),
        config: { guarded: true },
        handler: async (request, reply) => {
          const context = contextOf(request);
          const result = await execute(api, plan, variablesOf(plan, request), context);
          return answer(request, reply, plan, result);
        },
      });
    }
    refuseOtherMethods(scope, plans);
  });
  const description = makeAsset(Buffer.from(JSON.stringify(openApi(api.schema, plans))), '.json');
  const errors = makeAsset(Buffer.from(errorPage(api.schema)), '.html');
  app.get('/openapi.json', (request, reply) => sendAsset(request, reply, description, 'no-cache'));
  app.get(errorPagePath, (request, reply) => sendPage(request, reply, errors, errorPagePolicy));
}

const errorPagePolicy = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** `/orders/{id}` → `/orders/:id` */
const addressOf = (path: string) => path.replace(/\{(\w+)\}/g, ':$1');

/** No type of body that a page of another site could send without asking first. A route without a body needs none. */
function readJsonOnly(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && request.method === 'DELETE') return done(null, undefined);
    parse(request, body as string, done);
  });
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

function refuseOtherMethods(scope: FastifyInstance, plans: readonly Plan[]): void {
  for (const path of new Set(plans.map(({ route }) => route.path))) {
    const allowed = plans.filter(({ route }) => route.path === path).map(({ route }) => route.method as string);
    if (allowed.includes('GET')) allowed.push('HEAD');
    scope.route({
      method: methods.filter((one) => !allowed.includes(one)),
      url: addressOf(path),
      exposeHeadRoute: false,
      onRequest: async (_, reply) => {
        reply.header('allow', allowed.join(', '));
        throw new ApiError('METHOD_NOT_ALLOWED', `Use ${allowed.join(', ')}.`);
      },
      handler: async () => {},
    });
  }
}
