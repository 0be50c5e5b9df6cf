// Small parts that several panels are made of.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Loaded } from './data.js';
import type { AnyPanel, Desk } from './panel.js';
import { agoText, momentText } from './words.js';

/** A panel with its heading: what it shows, that it is loaded, or why there is nothing. */
export function Frame({ panel, loaded, desk, retry }: FrameProps) {
  const { data, trouble, loading } = loaded;
  const heading = `${panel.id}-title`;
  return (
    <section
      class={`panel columns-${panel.columns}`}
      id={panel.id}
      aria-labelledby={heading}
      aria-busy={loading && data === null}
    >
      <div class="panel-head">
        <h2 id={heading}>{panel.title}</h2>
        {panel.controls?.(data, desk)}
      </div>
      {trouble && data !== null && trouble.kind === 'REFUSED' && <Refusal message={trouble.message} retry={retry} />}
      {data !== null ? (
        panel.body(data, desk)
      ) : trouble ? (
        <Refusal message={trouble.message} retry={retry} />
      ) : (
        <Skeleton />
      )}
    </section>
  );
}

interface FrameProps {
  readonly panel: AnyPanel;
  readonly loaded: Loaded<unknown>;
  readonly desk: Desk;
  readonly retry: () => void;
}

function Refusal({ message, retry }: { message: string; retry: () => void }) {
  return (
    <p class="refusal" role="alert">
      <span>{message}</span>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </p>
  );
}

/** Takes the place of what is loaded, so that nothing jumps when it comes. */
function Skeleton() {
  return (
    <div class="skeleton">
      <span class="unseen">Loading …</span>
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}

/** What stands where there is nothing to show. */
export const Nothing = ({ children }: { children: ComponentChildren }) => <div class="nothing">{children}</div>;

/** An instant as people speak of it; the exact one on hover and for programs. */
export function Ago({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={momentText(at)}>
      {agoText(at, now)}
    </time>
  );
}

/** An instant, exactly; how long ago on hover. */
export function Moment({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={agoText(at, now)}>
      {momentText(at)}
    </time>
  );
}

/** How serious a thing is: told by a word, and by a colour for those who see it. */
export type Tone = 'good' | 'warn' | 'bad' | 'calm';

export const Badge = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`badge ${tone}`}>{children}</span>
);

/** How much of the largest, behind a figure. For the eyes only: the figure says it too. */
export const Share = ({ of }: { of: number }) => (
  <span class="share" aria-hidden="true">
    <span style={{ width: `${Math.max(0, Math.min(1, of)) * 100}%` }} />
  </span>
);

/** A button of a mutation. While it is under way it keeps the focus and does nothing. */
export function Act({ name, label, desk, act, quiet, waits = false }: ActProps) {
  const acts = desk.busy.has(name);
  const busy = acts || waits;
  return (
    <button
      type="button"
      class={quiet ? 'quiet-button' : undefined}
      aria-disabled={busy}
      aria-label={label}
      onClick={() => {
        if (!busy) desk.act(name, act);
      }}
    >
      {acts ? '…' : name.split('|')[0]}
    </button>
  );
}

interface ActProps {
  /** What stands on the button; what follows a bar tells it from others of the same name. */
  readonly name: string;
  /** In full, for those who do not see what it stands beside. */
  readonly label: string;
  readonly desk: Desk;
  readonly act: Parameters<Desk['act']>[1];
  readonly quiet?: boolean;
  /** What it would start is under way already. */
  readonly waits?: boolean;
}

/** Exactly one of a few. */
export function Choice<Value extends string>({ label, value, options, choose }: ChoiceProps<Value>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a line by every browser
    <div class="choice" role="group" aria-label={label}>
      {options.map(([one, text]) => (
        <button type="button" key={one} aria-pressed={one === value} onClick={() => choose(one)}>
          {text}
        </button>
      ))}
    </div>
  );
}

interface ChoiceProps<Value> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [Value, string])[];
  readonly choose: (value: Value) => void;
}

/** Scrolls by itself where it is too long, for the keyboard too. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    // only what can be scrolled is a stop for the keyboard
    if (current.scrollHeight > current.clientHeight + 1) current.tabIndex = 0;
    else current.removeAttribute('tabindex');
  });
  return (
    <section class="scroll" aria-label={label} ref={box}>
      {children}
    </section>
  );
}
