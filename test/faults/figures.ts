import type { TestContext } from 'vitest';

/** What a test of faults counted, for the report: `acknowledged`, `lost`, `kills`, `flips` … */
export type Figures = Readonly<Record<string, number | string>>;

declare module 'vitest' {
  interface TaskMeta {
    figures?: Figures;
  }
}

export function report({ task }: Pick<TestContext, 'task'>, figures: Figures): void {
  task.meta.figures = { ...task.meta.figures, ...figures };
}
