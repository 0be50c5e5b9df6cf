export { type Dump, dump, rowStamps } from '../../src/store/dump.js';
