import type { ContentStore } from '../adapters/embedded-store/contents/content-store.ts';
import type { DataPaths } from '../adapters/data-folder/data-folder.ts';
import { readScrubNotes, writeScrubNotes } from '../adapters/data-folder/scrub-notes.ts';
import { scrubStore } from '../adapters/embedded-store/check/scrub.ts';
import type { LevelStore } from '../adapters/embedded-store/store.ts';
import { type ScrubHealth, startScrubber } from '../server/background/scrubber.ts';
import type { CleanupStack } from '../http/cleanup-stack.ts';
import type { ServeOptions } from '../server/service-events.ts';

const DEFAULT_SCRUB_BYTES_PER_SECOND = 2 * 1024 * 1024;

/**
 * Reads everything that is stored, again and again, and tells what is damaged; never stops the
 * service.
 */
export function keepScrubbing(
  store: LevelStore,
  contents: ContentStore,
  paths: DataPaths,
  { onEvent, clock, scrubBytesPerSecond = DEFAULT_SCRUB_BYTES_PER_SECOND }: ServeOptions,
  cleanup: CleanupStack,
): () => ScrubHealth {
  const scrubber = startScrubber({
    bytesPerSecond: scrubBytesPerSecond,
    onFinding: (finding) => onEvent({ type: 'damage', ...finding }),
    onError: (error) => onEvent({ type: 'internal-error', error }),
    recall: () => readScrubNotes(paths),
    remember: (memory) => writeScrubNotes(paths, memory),
    clock,
    walk: (from, { onRead, onFinding, onPosition }) =>
      scrubStore(store, {
        ...(from !== undefined && { from }),
        onRead,
        onPosition,
        onProblem: ({ where, ...problem }) => onFinding({ ...problem, ...where }),
        onContent: async (record, sha256) => {
          const problem = await contents.check(sha256, onRead);
          if (problem !== undefined) onFinding({ ...problem, record, repair: 'put-back' });
        },
      }),
  });
  cleanup.push(() => scrubber.stop());
  return () => scrubber.health();
}
