import { LadingError } from '../../sdk/index.js';

/** Why there is no answer, in words that say what to do. */
export interface Trouble {
  /** KEY: none or a wrong one. GONE: nobody answers. REFUSED: the server says no. */
  readonly kind: 'KEY' | 'GONE' | 'REFUSED';
  readonly message: string;
}

const gone: Trouble = { kind: 'GONE', message: 'The server does not answer. The page tries again by itself.' };

export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof LadingError)) return gone;
  if (error.code === 'UNAUTHENTICATED') return { kind: 'KEY', message: 'The server wants its API key.' };
  if (error.code === 'SERVICE_UNAVAILABLE') return { ...gone, message: error.message };
  // variables are the page's own: what the viewer chose is what stands in the address
  const reason = /^Variable "\$.*? got an invalid value[^:]*: (.*)$/s.exec(error.message)?.[1];
  return { kind: 'REFUSED', message: reason ? `The address asks for what there is not. ${reason}` : error.message };
}
