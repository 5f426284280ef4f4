import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AccessStreams } from '../../people/ports.ts';
import { syncFolder } from '../files/sync-folder.ts';

const NAME = /^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.log$/;

/** The streams of the access log as files `<stream>.log` of one folder, made with the first one. */
export function accessFiles(dir: string): AccessStreams {
  const pathOf = (stream: string) => join(dir, `${stream}.log`);
  return {
    async list() {
      if (!existsSync(dir)) return [];
      // ids begin with their time
      return readdirSync(dir)
        .flatMap((name) => NAME.exec(name)?.[1] ?? [])
        .toSorted();
    },
    async create(stream) {
      if (!existsSync(dir)) {
        await mkdir(dir, { mode: 0o700 });
        await syncFolder(dirname(dir));
      }
      const file = await open(pathOf(stream), 'ax', 0o600);
      let isNamed = false;
      return {
        async append(bytes) {
          await file.writeFile(bytes);
          await file.datasync();
          if (!isNamed) await syncFolder(dir);
          isNamed = true;
        },
        close: () => file.close(),
      };
    },
    async *read(stream) {
      if (!existsSync(pathOf(stream))) return;
      yield* createReadStream(pathOf(stream)) as AsyncIterable<Uint8Array>;
    },
    async truncate(stream, lengthBytes) {
      const file = await open(pathOf(stream), 'r+');
      try {
        await file.truncate(lengthBytes);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async remove(stream) {
      await rm(pathOf(stream), { force: true });
      await syncFolder(dir);
    },
  };
}
