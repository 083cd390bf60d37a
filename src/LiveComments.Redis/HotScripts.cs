namespace LiveComments.Redis;

/// <summary>
/// What Redis does at once with the entries of an event. Its keys are the stream (an entry's seq is its id, and its fields are: c the comment whose text it has, w the entry without that text, e the entry), and a hash with the epoch
/// (e), the last seq (l), the version of the counts (v), and for comments in the stream: where their texts are (p and the id), their counts (c and the id), and entries whose text was erased (s and the seq).
/// The hash is only there while the stream has every entry from its first to its last, and every removal up to the last has been carried out. Whatever would break that deletes both.
/// </summary>
internal static class HotScripts
{
    /// <summary>The answer of <see cref="Write"/> when what came before is missing; otherwise it is 1. The time of Redis in milliseconds follows.</summary>
    public const int Missing = 0;

    private const string Common = """
        local stream, state = KEYS[1], KEYS[2]
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local function erase(comment)
          local seqs = redis.call('HGET', state, 'p' .. comment)
          if not seqs then return end
          for seq in string.gmatch(seqs, '%d+') do
            local rows = redis.call('XRANGE', stream, seq .. '-0', seq .. '-0')
            redis.call('XDEL', stream, seq .. '-0')
            if rows[1] then redis.call('HSET', state, 's' .. seq, rows[1][2][4]) end
          end
          redis.call('HDEL', state, 'p' .. comment, 'c' .. comment)
        end

        """;

    /// <summary>Erases the texts of the comments that are the arguments.</summary>
    public const string Erase = Common + """
        for i = 1, #ARGV do erase(ARGV[i]) end
        return 1
        """;

    /// <summary>Deletes all of an event. What was read from the store before is not written any more.</summary>
    public const string Forget = Common + """
        redis.call('DEL', stream, state)
        redis.call('SET', KEYS[3], now, 'PX', 60000)
        return { 1, now }
        """;

    /// <summary>
    /// Adds entries, then counts. Arguments: the epoch (empty when there are only counts); how many entries are kept, and for how many seconds; the time of Redis when the store was asked for the page that these entries are
    /// (empty when they are news; more than five seconds ago it is void, because the call was stuck on its way), with the version of its counts; the number of entries; five for each: its seq, the comment whose text it has, the comment that it removes (! for a restoration), the entry without the text,
    /// the entry; then three for each count: its version, the comment, the count.
    /// </summary>
    public const string Write = Common + """
        local n = tonumber(ARGV[6])
        local function missing()
          redis.call('DEL', stream, state)
          return { 0, now }
        end
        if ARGV[4] ~= '' then
          local forgotten = redis.call('GET', KEYS[3])
          if now - ARGV[4] > 5000 or (forgotten and tonumber(forgotten) >= tonumber(ARGV[4])) then return { 1, now } end
          local known = redis.call('HMGET', state, 'e', 'l')
          if known[1] == ARGV[1] and tonumber(known[2]) >= ARGV[7] + n - 1 then return { 1, now } end
          redis.call('DEL', stream, state)
          redis.call('HSET', state, 'e', ARGV[1], 'l', string.format('%.0f', ARGV[7] - 1), 'v', ARGV[5])
        end
        local s = redis.call('HMGET', state, 'e', 'l', 'v')
        if not s[1] or (n > 0 and s[1] ~= ARGV[1]) then return missing() end
        local last, version = tonumber(s[2]), tonumber(s[3])
        local function link(comment, seq)
          local seqs = redis.call('HGET', state, 'p' .. comment)
          redis.call('HSET', state, 'p' .. comment, seqs and (seqs .. ',' .. seq) or seq)
        end
        local at = 7
        for i = 1, n do
          local seq, comment, removed, without, entry = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
          at = at + 5
          if tonumber(seq) > last then
            if tonumber(seq) ~= last + 1 or (removed == '!' and ARGV[4] == '') then return missing() end
            -- A page of the store is as it is now: what was removed there may be back.
            if removed ~= '' and removed ~= '!' and ARGV[4] == '' then erase(removed) end
            redis.call('XADD', stream, seq .. '-0', 'c', comment, 'w', without, 'e', entry)
            if comment ~= '' then link(comment, seq) end
            last = last + 1
          end
        end
        while at < #ARGV do
          local changed, comment, tally = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2]
          at = at + 3
          if changed > version then
            if changed ~= version + 1 then return missing() end
            version = changed
            if redis.call('HEXISTS', state, 'p' .. comment) == 1 then redis.call('HSET', state, 'c' .. comment, tally) end
          end
        end
        local extra = redis.call('XLEN', stream) - ARGV[2]
        if extra > 0 then
          local ends
          for _, row in ipairs(redis.call('XRANGE', stream, '-', '+', 'COUNT', extra)) do
            local comment = row[2][2]
            ends = row[1]
            if comment ~= '' then
              local rest = {}
              for seq in string.gmatch(redis.call('HGET', state, 'p' .. comment) or '', '%d+') do
                if seq .. '-0' ~= ends then rest[#rest + 1] = seq end
              end
              if #rest > 0 then redis.call('HSET', state, 'p' .. comment, table.concat(rest, ',')) else redis.call('HDEL', state, 'p' .. comment, 'c' .. comment) end
            end
          end
          redis.call('XTRIM', stream, 'MINID', (string.gsub(ends, '%-0$', '-1')))
          if redis.call('HLEN', state) > 3 * ARGV[2] then return missing() end
        end
        redis.call('HSET', state, 'l', string.format('%.0f', last), 'v', string.format('%.0f', version))
        redis.call('EXPIRE', stream, ARGV[3])
        redis.call('EXPIRE', state, ARGV[3])
        return { 1, now }
        """;

    /// <summary>
    /// The entries after a seq. Arguments: the epoch, the seq that must be there, the seq after which, and at most how many. Answers the last seq that is there (-1 where nothing is), and when all entries are there, the version
    /// of the counts, then each entry with its count, which is empty when it has not changed.
    /// </summary>
    public const string Read = """
        local stream, state = KEYS[1], KEYS[2]
        local s = redis.call('HMGET', state, 'e', 'l', 'v')
        if s[1] ~= ARGV[1] then return { '-1' } end
        local reaches, after = tonumber(ARGV[2]), tonumber(ARGV[3])
        local wanted = math.min(tonumber(ARGV[4]), reaches - after)
        if wanted < 1 or tonumber(s[2]) < reaches then return { s[2] } end
        local rows = redis.call('XRANGE', stream, string.format('%.0f-0', after + 1), string.format('%.0f-0', after + wanted))
        -- The usual case: no text was erased, and every seq has its row. To compare each would be a third of the time.
        local whole = #rows == wanted
        local entries, names, row = {}, {}, 1
        for i = 1, wanted do
          local fields
          if whole then
            fields = rows[i][2]
          else
            local seq = string.format('%.0f', after + i)
            if rows[row] and rows[row][1] == seq .. '-0' then
              fields = rows[row][2]
              row = row + 1
            else
              entries[i] = redis.call('HGET', state, 's' .. seq)
              names[i] = 'c'
              if not entries[i] then return { '-1' } end
            end
          end
          if fields then
            entries[i] = fields[6]
            names[i] = 'c' .. fields[2]
          end
        end
        local counts = redis.call('HMGET', state, unpack(names))
        local answer = { s[2], s[3] }
        for i = 1, wanted do
          answer[2 * i + 1] = entries[i]
          answer[2 * i + 2] = counts[i] or ''
        end
        return answer
        """;
}
