// Pages without figures: there is nothing yet, or the key is missing.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Health } from './groups.js';

const shopAdd = `mutation {
  shopAdd(input: {
    name: "My shop"
    credentials: { otto: { clientId: "…", clientSecret: "…" } }
  }) {
    shop { id status }
    userErrors { code field message }
  }
}`;

/** No shop: how to add one. Shops without orders: what is going on. */
export function FirstSteps({ shops }: Pick<Health, 'shops'>) {
  if (shops.length > 0) {
    return (
      <section class="panel columns-12" aria-labelledby="first-steps">
        <h2 id="first-steps">No order yet</h2>
        <p>
          {shops.length === 1 ? 'The shop is' : `The ${shops.length} shops are`} known, but no order was read so far.
          The first sync begins by itself, and its orders appear here while it runs. If a shop below needs credentials
          or is paused, it says so there; <em>Sync now</em> starts a sync by hand.
        </p>
      </section>
    );
  }
  return (
    <section class="panel columns-12 first-steps" aria-labelledby="first-steps">
      <h2 id="first-steps">Add your first shop</h2>
      <p>Nothing is here yet: this installation knows no account at a marketplace.</p>
      <ol>
        <li>
          Get what your account is opened with: the client id and secret from OTTO Partner Connect, or for bol.com from
          the seller dashboard (Settings, Services, API settings); for Skubana an access token. The order feed asks for
          nothing but a currency.
        </li>
        <li>
          Open the <a href="/graphql">explorer</a> and send this mutation. For another marketplace take its own{' '}
          <code>credentials</code>, for example <code>{'skubana: { accessToken: "…" }'}</code>; the explorer offers them
          all. <pre>{shopAdd}</pre>
        </li>
        <li>Come back: this page shows the sync as it runs, and the orders as they arrive.</li>
      </ol>
      <p class="aside">
        To look around first, start Lading without <code>LADING_DEMO=off</code>: a pretend shop of every marketplace
        comes with it.
      </p>
    </section>
  );
}

interface KeyFormProps {
  /** The key that was given was refused. */
  readonly refused: boolean;
  readonly give: (key: string) => void;
}

/** The server wants its key: asked for once per browser tab. */
export function KeyForm({ refused, give }: KeyFormProps) {
  const [key, setKey] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <section class="panel key-form" aria-labelledby="key-title">
      <h2 id="key-title">API key</h2>
      <p id="key-about">
        This server answers only to those who have its <code>LADING_ADMIN_KEY</code>. The key is kept in this browser
        tab until it is closed.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim()) give(key.trim());
        }}
      >
        <label for="key">Key</label>
        <input
          id="key"
          ref={input}
          type="password"
          autocomplete="off"
          value={key}
          aria-describedby="key-about key-wrong"
          aria-invalid={refused}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <button type="submit" class="main-button">
          Open the dashboard
        </button>
        <p id="key-wrong" class="reason" role="alert">
          {refused && 'This key is wrong: the server refused it.'}
        </p>
      </form>
    </section>
  );
}
