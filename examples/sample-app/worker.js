import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
console.log(`shop worker ${version} takes orders`);
const work = setInterval(() => {}, 1000);

process.on('SIGTERM', () => {
  console.log('shop worker stops');
  clearInterval(work);
});
