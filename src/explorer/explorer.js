// GraphiQL over this server. Queries and mutations are POSTs; subscriptions are server-sent events.
(() => {
  const { createElement } = window.React;
  const { GraphiQL } = window;

  const failure = (message) => ({ errors: [{ message }] });

  async function post(params, headers) {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(params),
    });
    return response.json();
  }

  /** The blocks of an event stream, as text. */
  async function* blocksOf(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop();
        yield* blocks;
      }
    } finally {
      await reader.cancel();
    }
  }

  async function* subscribe(params, headers) {
    const response = await fetch('/graphql/stream', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(params),
    });
    if (!response.ok) {
      yield await response.json();
      return;
    }
    for await (const block of blocksOf(response.body)) {
      const [, event] = /^event: (\w+)/.exec(block) ?? [];
      if (event === 'complete') return;
      if (event === 'next') yield JSON.parse(/^data: (.*)$/m.exec(block)[1]);
    }
  }

  /** Is the operation that runs a subscription? */
  function isSubscription(document, operationName) {
    const operations = (document?.definitions ?? []).filter(({ kind }) => kind === 'OperationDefinition');
    const running = operationName ? operations.find(({ name }) => name?.value === operationName) : operations[0];
    return running?.operation === 'subscription';
  }

  const fetcher = (params, options = {}) => {
    const run = isSubscription(options.documentAST, params.operationName) ? subscribe : post;
    try {
      return run(params, options.headers ?? {});
    } catch (error) {
      return failure(String(error));
    }
  };

  const name = createElement(GraphiQL.Logo, null, createElement('span', { className: 'lading-name' }, 'Lading'));
  const page = createElement(
    GraphiQL,
    {
      fetcher,
      defaultTabs: window.ladingExamples,
      defaultEditorToolsVisibility: 'variables',
      // an API key goes into the headers, and stays in this browser tab unless the user says otherwise
      isHeadersEditorEnabled: true,
      shouldPersistHeaders: false,
    },
    name,
  );
  window.ReactDOM.createRoot(document.getElementById('explorer')).render(page);
})();
