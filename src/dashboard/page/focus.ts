/**
 * Paints, and leaves the keyboard where it was. An element that is moved loses the focus to the page's top, and so does a
 * button that has gone because it has done its work: then what it belonged to takes its place, the row or the panel.
 */
export function keepFocus(paint: () => void): void {
  const held = document.activeElement;
  const isSeen = held?.matches(':focus-visible') ?? false;
  const places = [held, held?.closest('li'), held?.closest('.panel')?.querySelector('h2')];
  paint();
  if (!held || held === document.body || document.activeElement !== document.body) return;
  const place = places.find((one) => one?.isConnected);
  if (!(place instanceof HTMLElement)) return;
  if (place !== held) place.tabIndex = -1;
  // the page must not move under a pointer
  place.focus({ preventScroll: !isSeen });
}
