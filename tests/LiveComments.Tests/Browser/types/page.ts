// What a page in TypeScript does with the module; it is compiled, and never run.
import { COUNT_NAMES, LiveComments, Problem, Session, type Changes, type Comment, type Connection, type ReactionType } from './livecomments.js';

const session = new Session({ server: 'https://live.example.org/' });
const live = new LiveComments({ event: 'cup-final', session, capacity: 500, puzzle: async ({ kind, siteKey }) => `${kind} ${siteKey ?? ''}` });
const off: () => void = live.on('change', (changes: Changes) => {
  for (const comment of changes.placed) console.log(comment.displayName, comment.commentText, comment.reactions[COUNT_NAMES.love] ?? 0);
});
live.on('connection', (connection: Connection) => console.log(connection.state, connection.retryAt));
live.on('refused', ({ comment, problem }) => problem.code === 'slow-mode' && live.retry(comment.key));
await session.logIn({ username: 'ada', password: 'a long pass phrase' });
await live.open();
const comment: Comment = live.post('Hello', { replyTo: undefined });
live.react(comment, 'love' satisfies ReactionType);
const { comments, more } = await live.before('1:2');
console.log(comments.length, more, live.rate.current.all, live.ownReactions.get('id'));
try {
  await live.pin(null);
} catch (problem) {
  if (problem instanceof Problem && problem.passes) console.log(problem.retryAfter);
}
// @ts-expect-error There is no such reaction.
live.react(comment, 'shrug');
// @ts-expect-error There is no such event.
live.on('nothing', () => undefined);
// @ts-expect-error An event is needed.
new LiveComments({ session });
off();
