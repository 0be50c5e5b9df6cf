import { defineConfig } from 'vitest/config';

export default defineConfig({
  // graphql 16 has two builds; Vite would take index.mjs where Node's own import takes index.js
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/setup/database.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
