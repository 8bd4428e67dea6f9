import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CompletionRequest,
  ConfigurationRequest,
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type MarkupContent,
  type Position,
} from 'vscode-languageserver-protocol/node';

/** An editor with the YAML language server, as VS Code's extension runs it: a child process that is spoken to over stdio. */
export interface Editor {
  /** Opens a new file; `where` is its address. */
  open(where: string, text: string): Promise<void>;
  /** What is offered there, in the order it is offered. */
  completion(where: string, position: Position): Promise<string[]>;
  /** The Markdown that is shown there. */
  hover(where: string, position: Position): Promise<string>;
  /** What is underlined, once the server has looked at the file. */
  diagnostics(where: string): Promise<Diagnostic[]>;
  close(): Promise<void>;
}

/** @param settings the section `yaml` of the editor's settings */
export async function openEditor(settings: object = {}): Promise<Editor> {
  const program = join('node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const looks = new Map<string, PromiseWithResolvers<Diagnostic[]>>();
  const lookAt = (where: string) => {
    const look = looks.get(where) ?? Promise.withResolvers<Diagnostic[]>();
    looks.set(where, look);
    return look;
  };
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) =>
    lookAt(uri).resolve(diagnostics),
  );
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map(({ section }) => (section === 'yaml' ? settings : null)),
  );
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.listen();
  await connection.sendRequest(InitializeRequest.method, {
    processId: process.pid,
    workspaceFolders: null,
    capabilities: {
      textDocument: { hover: { contentFormat: ['markdown'] } },
      workspace: { configuration: true },
    },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    open: (uri, text) =>
      connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId: 'yaml', version: 1, text },
      }),
    completion: async (uri, position) => {
      const found = await connection.sendRequest(CompletionRequest.type, { textDocument: { uri }, position });
      return (Array.isArray(found) ? found : (found?.items ?? [])).map(({ label }) => label);
    },
    hover: async (uri, position) => {
      const found = await connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
      return (found?.contents as MarkupContent | undefined)?.value ?? '';
    },
    diagnostics: (uri) => lookAt(uri).promise,
    close: async () => {
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      await ended;
      connection.dispose();
    },
  };
}
