/** The entry point of the client package, which scripts/bundle.ts makes. */
import { run } from '../src/cli/program.ts';
import { CLIENT } from '../src/cli/programs/client.ts';
import { runProcess } from '../src/cli/shell/run-process.ts';

await runProcess(async () => (argv, surroundings) => run(argv, surroundings, CLIENT));
