// Express with one route and no work: reads a JSON body and answers with what came on standard
// input. Prints its URL.
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';

const answer: unknown = JSON.parse(await text(process.stdin));
const app = express();
app.use(express.json());
app.post('/v1/evidence', (_request, response) => {
  response.status(201).json(answer);
});
app.get('/receipt', (_request, response) => {
  response.json(answer);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
