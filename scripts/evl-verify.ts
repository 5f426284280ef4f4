/** The entry point of the verifier of one file, which scripts/bundle.ts makes. */
import { run } from '../src/cli/program.ts';
import { VERIFIER } from '../src/cli/programs/verifier.ts';
import { runProcess } from '../src/cli/shell/run-process.ts';

await runProcess(async () => (argv, surroundings) => run(argv, surroundings, VERIFIER));
