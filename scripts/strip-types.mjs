// jest's transformer: Node's own type stripping, the same that runs the scripts. Positions stay, so traces need no map.
import { stripTypeScriptTypes } from 'node:module';

export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
