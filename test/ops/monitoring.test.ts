import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createWatchMetrics } from '../../src/cli/tasks/watch-metrics.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { startMemoryService } from '../server/memory-service.ts';
import { foreignLog } from '../witness/foreign-log.ts';
import { startTestWitness } from '../witness-server/witness-fixture.ts';

/** Alert rules and dashboard of ops/ against the metrics of all three programs. */

const ops = join(import.meta.dirname, '..', '..', 'ops');
const METRIC = /\b(?:evl|process|nodejs)_[a-z0-9_]+/g;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}
interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets: readonly { readonly expr: string }[];
}

const { groups } = parse(readFileSync(join(ops, 'prometheus-alerts.yml'), 'utf8')) as {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(readFileSync(join(ops, 'grafana-dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
};

/** The names of all series that a page of metrics shows or announces, and the labels of each. */
function seriesOf(page: string): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>();
  for (const [, name, type] of page.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const suffix of suffixes) series.set(`${name}${suffix}`, new Set());
  }
  for (const [, name, labels = ''] of page.matchAll(/^([a-z][a-z0-9_]*)(?:\{([^}]*)\})? /gm)) {
    for (const [, label] of labels.matchAll(/([a-z_]+)="/g)) series.get(name!)?.add(label!);
  }
  return series;
}

/** What service, witness and watch show. */
async function shownSeries(): Promise<Map<string, Set<string>>> {
  const { log } = await openMemoryLog();
  const health = { name: 'court', state: 'answers', cosignedAtMs: 1, outcomes: { 'witness-silent': 1 } };
  Object.defineProperty(log, 'witnesses', { value: [health] });
  await using service = await startMemoryService(log, { newestBackup: async () => undefined });
  await using witness = await startTestWitness([foreignLog('log.example/a')]);
  await fetch(service.url);
  const pages = [service.url, witness.running.url].map(async (url) => (await fetch(`${url}/metrics`)).text());
  return seriesOf([...(await Promise.all(pages)), await createWatchMetrics(() => 0).text()].join('\n'));
}

test('every metric and label that rules and dashboard name is shown', async () => {
  const shown = await shownSeries();
  expect(shown.get('evl_watch_alarms')).toEqual(new Set(['code', 'kind']));
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  const named = new Set(expressions.flatMap((expr) => expr.match(METRIC) ?? []));
  expect([...named].filter((name) => !shown.has(name))).toEqual([]);
  // a metric of ours that nobody looks at is one too many, or is missing here
  const ours = [...shown.keys()].filter((name) => /^evl_(?!watch_|witness_|http_|build_)/.test(name));
  expect(ours.filter((name) => !named.has(name))).toEqual([]);
  for (const expr of expressions) {
    for (const [, name, selector] of expr.matchAll(/\b(evl_[a-z_]+)\{([^}]*)\}/g)) {
      const labels = [...selector!.matchAll(/([a-z_]+)(?:=~?|!=|!~)"/g)].map(([, label]) => label!);
      const known = shown.get(name!)!;
      const unknown = labels.filter((label) => label !== 'job' && known.size > 0 && !known.has(label));
      expect([name, unknown]).toEqual([name, []]);
    }
  }
});

test('each alert has a name of its own, a severity, and a sentence for the person who gets it', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations, for: duration = '0m' } of rules) {
    expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(critical|warning)$/)]);
    expect(annotations.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(duration).toMatch(/^[0-9]+[mh]$/);
  }
});

test('the panels have their own numbers and places', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).toBe(panels.length);
  for (const { gridPos, targets } of panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    expect(targets.length).toBeGreaterThan(0);
  }
});
