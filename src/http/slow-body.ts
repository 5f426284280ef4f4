import type { RequestHandler } from 'express';
import { DETAILS } from '../text/problem-details.ts';
import { Problem, sendProblem } from './problem.ts';

export const BODY_WINDOW_MS = 5000;
const MIN_WINDOW_BYTES = 5 * 1024;
const WINDOWS_OF_GRACE = 1;

/**
 * Ends requests whose body comes more slowly than anybody sends on purpose: after the first window
 * each must bring its share, unless it is us who do not read. A refusal goes out first, then the
 * connection ends.
 */
export const watchBody =
  (windowMs: number): RequestHandler =>
  (request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    let [windows, bytesBefore] = [0, request.socket.bytesRead];
    const timer = setInterval(() => {
      const { bytesRead } = request.socket;
      const isOurDelay = request.readableLength > 0;
      const isSlow = bytesRead - bytesBefore < MIN_WINDOW_BYTES && !isOurDelay;
      [windows, bytesBefore] = [windows + 1, bytesRead];
      if (request.complete || response.destroyed) clearInterval(timer);
      else if (windows > WINDOWS_OF_GRACE && isSlow) {
        clearInterval(timer);
        response.once('finish', () => request.destroy());
        // an answer that was ended well would look whole
        if (response.headersSent) response.destroy();
        else sendProblem(new Problem('body-timeout', DETAILS.bodyTooSlow), request, response);
      }
    }, windowMs);
    request.once('close', () => clearInterval(timer));
    next();
  };
