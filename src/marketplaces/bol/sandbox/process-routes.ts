import type { Answer } from '../../../sandbox/delivery.js';
import type { Route, SandboxRequest } from '../../../sandbox/server.js';
import type { Api } from './api.js';
import { pageSize } from './paging.js';
import { Parameters } from './parameters.js';
import { bodyOf, invalidBody, notFound } from './problem.js';
import { type Processes, processStatus } from './processes.js';

/** bol: "No more than 1000 process status id's can be sent in a single request". */
const idsMax = 1_000;

export const processRoutes = (api: Api, processes: Processes): Route[] => [
  api.route('GET', '/shared/process-status', (request) => byEntity(request, processes)),
  api.route('GET', '/shared/process-status/*', (request, [id = '']) => byId(request, processes, id)),
  api.route('POST', '/shared/process-status', (request) => bulk(request, processes)),
];

function byId(request: SandboxRequest, processes: Processes, id: string): Answer {
  const found = processes.find(id);
  return found ? { status: 200, body: processStatus(found) } : notFound(request, 'Not Found');
}

function byEntity(request: SandboxRequest, processes: Processes): Answer {
  const parameters = new Parameters(request);
  const page = parameters.page();
  for (const name of ['entity-id', 'event-type']) {
    if (!parameters.text(name)) parameters.refuse(name, 'The supplied value is empty, but is required.');
  }
  if (parameters.refusal) return parameters.refusal;
  const all = processes.of(parameters.text('entity-id') ?? '', parameters.text('event-type') ?? '');
  return statuses(all.slice((page - 1) * pageSize, page * pageSize).map(processStatus));
}

/** Those that are forgotten are left out. */
function bulk(request: SandboxRequest, processes: Processes): Answer {
  const queries = bodyOf(request)?.processStatusQueries;
  if (!Array.isArray(queries) || queries.length === 0 || queries.length > idsMax) {
    return invalidBody(request, [{ name: 'processStatusQueries', reason: `Must hold 1 to ${idsMax} ids.` }]);
  }
  const found = queries.flatMap((query: { processStatusId?: unknown } | null) => {
    return processes.find(String(query?.processStatusId)) ?? [];
  });
  return statuses(found.map(processStatus));
}

const statuses = (found: readonly object[]): Answer => ({
  status: 200,
  body: found.length > 0 ? { processStatuses: found } : {},
});
