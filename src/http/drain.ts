import type { Server as HttpServer, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { availableParallelism, loadavg } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { LoopDeadline, loopNowMs, loopSleep } from './loop-clock.ts';

/** How long the last requests are waited for, in milliseconds of the loop clock. */
export interface DrainLimits {
  /** Without any request for this long, clients have finished. */
  readonly quietMs: number;
  /** Clients may go on for ever: after this time no new connection is accepted. */
  readonly listenMs: number;
  /** After this time the connections that are left are not waited for. */
  readonly limitMs: number;
}

/** Pauses that are remembered, to learn how fast clients come back. */
const MAX_PAUSES = 100;
/** A connection counts as left by its client after this many of the usual pauses. */
const PAUSES_TO_LEAVE = 5;
const MAX_IDLE_MS = 3000;

interface Connection {
  readonly underWay: Set<ServerResponse>;
  /** When it was opened, or its last answer ended; by the loop clock. */
  idleSinceMs: number;
  hasAnswered: boolean;
}

/**
 * Lets the last requests of a server end. A connection that is closed under a request that its
 * client has already sent leaves the client not knowing whether it was carried out; on a busy
 * machine clients take their time between an answer and the next request. So each answer ends its
 * connection from the beginning of the drain, then the server stops listening, and connections are
 * closed once they have been idle for longer than clients usually pause.
 */
export class Drain {
  readonly #server: HttpServer;
  readonly #connections = new Map<Socket, Connection>();
  readonly #pausesMs: number[] = [];
  #begun = 0;
  #isDraining = false;

  /** To be created before the server has its first connection. */
  constructor(server: HttpServer) {
    this.#server = server;
    // requests come by the socket that decrypts
    const opened = server instanceof TlsServer ? 'secureConnection' : 'connection';
    server.on(opened, (socket: Socket) => this.#opened(socket));
    server.prependListener('request', ({ socket }, response) => this.#asked(socket, response));
  }

  /** Resolves when no connection is left that a client may be using, or the limit is reached. */
  async run({ quietMs, listenMs, limitMs }: DrainLimits): Promise<void> {
    const limit = new LoopDeadline(limitMs);
    this.#isDraining = true;
    for (const { underWay } of this.#connections.values()) {
      for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close');
    }
    await this.#quiet(quietMs, new LoopDeadline(listenMs));
    // Not `close` of the HTTP server, which closes idle connections at once.
    NetServer.prototype.close.call(this.#server);
    const idleMs = this.#idleLimitMs(quietMs);
    while (this.#connections.size > 0 && limit.leftMs > 0) {
      this.#closeLeft(idleMs);
      await loopSleep(Math.min(quietMs, 20));
      await setImmediate(); // requests that have arrived meanwhile are read now
    }
  }

  async #quiet(quietMs: number, limit: LoopDeadline): Promise<void> {
    while (limit.leftMs > 0) {
      const before = this.#begun;
      await loopSleep(quietMs);
      await setImmediate(); // requests that have arrived meanwhile are read now
      const isBusy = [...this.#connections.values()].some(({ underWay }) => underWay.size > 0);
      if (!isBusy && this.#begun === before) return;
    }
  }

  #opened(socket: Socket): void {
    this.#connections.set(socket, { underWay: new Set(), idleSinceMs: loopNowMs(), hasAnswered: false });
    socket.once('close', () => this.#connections.delete(socket));
  }

  #asked(socket: Socket, response: ServerResponse): void {
    this.#begun++;
    if (this.#isDraining) response.setHeader('Connection', 'close');
    const connection = this.#connections.get(socket);
    if (connection === undefined) return;
    if (connection.hasAnswered && connection.underWay.size === 0) this.#learn(loopNowMs() - connection.idleSinceMs);
    connection.underWay.add(response);
    response.once('close', () => {
      connection.underWay.delete(response);
      connection.hasAnswered = true;
      connection.idleSinceMs = loopNowMs();
    });
  }

  #learn(pauseMs: number): void {
    this.#pausesMs.push(pauseMs);
    if (this.#pausesMs.length > MAX_PAUSES) this.#pausesMs.shift();
  }

  /**
   * Longer on a machine with more work than processors: there a client may come back much later.
   */
  #idleLimitMs(quietMs: number): number {
    const median = this.#pausesMs.toSorted((a, b) => a - b)[this.#pausesMs.length >> 1] ?? 0;
    const crowding = Math.max(1, loadavg()[0]! / availableParallelism());
    return Math.min(MAX_IDLE_MS, Math.max(quietMs, PAUSES_TO_LEAVE * median) * crowding);
  }

  #closeLeft(idleMs: number): void {
    const nowMs = loopNowMs();
    for (const [socket, { underWay, idleSinceMs }] of this.#connections) {
      if (underWay.size === 0 && nowMs - idleSinceMs >= idleMs) socket.destroy();
    }
  }
}
