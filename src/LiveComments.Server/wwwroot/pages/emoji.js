import { phrase } from './texts.js';

/** Emoji by group: each with the words it is found by, which are English everywhere: what people type between colons is the same in all programs. */
const TABLE = `faces
😀 grin happy|😃 smile happy|😄 laugh happy|😁 beaming|😆 laughing|😅 sweat phew|🤣 rofl rolling|😂 joy tears laugh|🙂 slight smile|😉 wink|😊 blush|😇 angel|🥰 love hearts|😍 heart eyes|🤩 star struck wow|😘 kiss|😋 yum|😜 tongue wink|🤪 zany|🤗 hug|🤭 oops giggle|🤫 quiet shush|🤔 think hmm|🫡 salute|🤐 zip|😐 neutral|😏 smirk|🙄 eye roll|😬 grimace|😮‍💨 exhale phew|😌 relieved|😴 sleep|🤒 sick|🤯 mind blown|🥳 party|😎 cool|🤓 nerd|😕 confused|😟 worried|😮 wow open mouth|😳 flushed|🥺 pleading|😢 cry sad|😭 sob cry|😱 scream|😤 steam|😡 angry|😠 mad angry|🤬 swear|💀 skull dead|💩 poop|🤡 clown|👻 ghost|👽 alien|🤖 robot|😺 cat
hands
👍 thumbs up like yes|👎 thumbs down no|👏 clap applause|🙌 hooray raise|🫶 heart hands|👋 wave hello bye|🤝 handshake deal|🙏 please thanks pray|💪 strong muscle|✌️ peace|🤞 fingers crossed luck|🤟 love you|🤘 rock|👌 ok perfect|🤌 pinched|👆 up|👇 down|👈 left|👉 right|✋ stop hand|👀 eyes look|🫠 melt
hearts
❤️ red heart love|🧡 orange heart|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart|🖤 black heart|🤍 white heart|💔 broken heart|💕 two hearts|💯 hundred perfect|💥 boom|✨ sparkles|⭐ star|🔥 fire hot lit|🎉 party tada|🎊 confetti|🎈 balloon|🎁 gift|🏆 trophy win|🥇 gold first|🚨 alarm|⚡ lightning|🌈 rainbow|☀️ sun|🌙 moon
play
⚽ football goal soccer|🏀 basketball|🏈 american football|⚾ baseball|🎾 tennis|🏐 volleyball|🏉 rugby|🏒 hockey|🥊 boxing|🏁 finish flag race|🏎️ race car|🚴 bike|🏃 run|🏊 swim|🎮 game controller|🕹️ joystick|🎲 dice|♟️ chess|🎯 target bullseye|🎳 bowling|🎸 guitar|🎹 piano keys|🥁 drum|🎤 microphone sing|🎧 headphones music|🎵 music note|🎬 film clap|📺 television tv|📸 camera photo|🚀 rocket launch
nature
🍿 popcorn|🍕 pizza|🍔 burger|🌮 taco|🍣 sushi|🍩 donut|🎂 cake birthday|🍪 cookie|☕ coffee|🍵 tea|🍺 beer|🍻 cheers|🍷 wine|🥂 toast cheers|🍎 apple|🍌 banana|🌶️ pepper hot|🐶 dog|🐱 cat|🦊 fox|🐻 bear|🐼 panda|🐸 frog|🐐 goat best|🦄 unicorn|🐝 bee|🦋 butterfly|🌹 rose|🌸 blossom|🌍 world earth`;

export const EMOJI = TABLE.split('\n').reduce((/** @type {{name: string, emoji: {char: string, words: string}[]}[]} */ groups, line) => {
  if (!line.includes('|')) groups.push({ name: phrase(`emoji.${line}`), emoji: [] });
  else
    groups[groups.length - 1].emoji = line.split('|').map(one => {
      const space = one.indexOf(' ');
      return { char: one.slice(0, space), words: one.slice(space + 1) };
    });
  return groups;
}, []);

/** @param {string} query @param {number} [limit] */
export function findEmoji(query, limit = 60) {
  const wanted = query.toLowerCase();
  const all = EMOJI.flatMap(group => group.emoji).filter(one => one.words.includes(wanted));
  const begins = (/** @type {{words: string}} */ one) => (one.words.startsWith(wanted) ? 0 : one.words.includes(` ${wanted}`) ? 1 : 2);
  return all.sort((a, b) => begins(a) - begins(b)).slice(0, limit);
}

/** The emoji of a name between colons, such as `fire` or `thumbs_up`; undefined when none is called so. @param {string} name */
export function emojiNamed(name) {
  const wanted = name.toLowerCase().replaceAll('_', ' ');
  const all = EMOJI.flatMap(group => group.emoji);
  return (all.find(one => one.words === wanted || one.words.startsWith(`${wanted} `)) ?? all.find(one => one.words.split(' ').includes(wanted)))?.char;
}
