import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';

const ROUTES = [...Map.groupBy(OPERATIONS, ({ path }) => path)].map(([path, operations]) => ({
  path,
  operations,
  pattern: new RegExp(`^${path.replace('{path}', '.+').replace('{id}', '[^/]+')}$`),
}));

/**
 * The template that a request's path belongs to, and what it takes; undefined where there is none.
 */
export function routeOf(
  path: string,
): { readonly path: string; readonly operations: readonly Operation[] } | undefined {
  return ROUTES.find(({ pattern }) => pattern.test(path));
}
