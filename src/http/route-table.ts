/** One route, as far as the middleware around the handlers needs to know it. */
export interface Route {
  readonly method: 'get' | 'post';
  /**
   * Path template as in OpenAPI: `/v1/evidence/{id}`. A parameter takes one segment, and a last one
   * named `path` all that are left.
   */
  readonly path: string;
  /** Undefined: not limited. */
  readonly rate?: RateClass | undefined;
}

/** Requests of one class count together. */
export interface RateClass {
  /** Part of the requests a second that one address is allowed: 0 < share <= 1. */
  readonly share: number;
}

/** The routes of one path. */
export interface Place<R extends Route = Route> {
  readonly path: string;
  readonly routes: readonly R[];
}

/** Finds the routes of a request's path. A path without parameters wins over a template. */
export class RouteTable<R extends Route = Route> {
  readonly #exact = new Map<string, Place<R>>();
  readonly #templates: { readonly place: Place<R>; readonly pattern: RegExp }[] = [];

  constructor(routes: readonly R[]) {
    for (const [path, atPath] of Map.groupBy(routes, (route) => route.path)) {
      const place = { path, routes: atPath };
      if (path.includes('{')) this.#templates.push({ place, pattern: patternOf(path) });
      else this.#exact.set(path, place);
    }
  }

  /** `path` as in the request line, without its query. */
  at(path: string): Place<R> | undefined {
    return this.#exact.get(path) ?? this.#templates.find(({ pattern }) => pattern.test(path))?.place;
  }
}

/** The same template as Express writes it. */
export function expressPath(template: string): string {
  return template.replace(/\{path\}$/, '*path').replaceAll(/\{(\w+)\}/g, ':$1');
}

function patternOf(template: string): RegExp {
  const parts = template.split(/(\{\w+\})/).map((part, i) => {
    if (i % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return part === '{path}' ? '.+' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}
