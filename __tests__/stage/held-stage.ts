/** Starts a stage with a running service, tells where it is, and then waits to be killed (ending.test.ts). */
import { createApplication } from './application.ts';
import { startStage } from './stage.ts';

const stage = await startStage();
await createApplication(stage, { cluster: 'staging', repository: 'shop', services: [{ name: 'web' }] });
console.log(JSON.stringify(stage));
process.stdin.resume();
