// Light, dark, or as the system has it. The choice is read again before the page is painted: see routes.ts.
import { useState } from 'preact/hooks';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const names: Readonly<Record<Theme, string>> = { auto: 'As the system', light: 'Light', dark: 'Dark' };

function themeNow(): Theme {
  const { theme } = document.documentElement.dataset;
  return themes.find((one) => one === theme) ?? 'auto';
}

export function ThemeSwitch() {
  const [theme, setTheme] = useState(themeNow);
  return (
    <label class="labelled">
      <span class="unseen">Colours</span>
      <select
        value={theme}
        onChange={({ currentTarget: { value } }) => {
          document.documentElement.dataset.theme = value;
          localStorage.setItem('lading.theme', value);
          setTheme(themeNow());
        }}
      >
        {themes.map((one) => (
          <option key={one} value={one}>
            {names[one]}
          </option>
        ))}
      </select>
    </label>
  );
}
