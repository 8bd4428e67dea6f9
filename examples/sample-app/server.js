import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const port = Number(process.env.PORT ?? 8080);

const server = createServer((request, response) => {
  if (request.url === '/health') return response.end('ok\n');
  response.setHeader('content-type', 'application/json');
  response.end(`${JSON.stringify({ version })}\n`);
});

server.listen(port, () => console.log(`shop web ${version} listens on ${port}`));

// Without this, each old task would take its whole stop time-out to go away.
process.on('SIGTERM', () => {
  console.log('shop web stops');
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
