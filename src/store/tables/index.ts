/** Every entity class, for the DataSource. */
export const tables: (new () => object)[] = [];
