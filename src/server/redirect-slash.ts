import type { RequestHandler } from 'express';
import type { RouteTable } from '../http/route-table.ts';
import type { Operation } from './operation.ts';

/** Comes after all routes: the address of a page with a slash behind it leads to the page. */
export function redirectSlash(table: RouteTable<Operation>): RequestHandler {
  return ({ path, url }, response, next) => {
    const page = path.endsWith('/') ? path.slice(0, -1) : '';
    const isPage = table.at(page)?.routes.some(({ answers }) => answers[200]?.content?.mediaType === 'text/html');
    if (isPage !== true) return next();
    // as a path alone it cannot lead to another host
    response.redirect(308, `${page}${url.slice(path.length)}`);
  };
}
