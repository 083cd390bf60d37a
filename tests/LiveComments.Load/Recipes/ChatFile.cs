using System.Text;

namespace LiveComments.Load.Recipes;

/// <summary>A recorded chat: CSV (RFC 4180) with the columns <c>user,text</c> and a header, in the order it was written.</summary>
internal sealed record ChatFile(IReadOnlyList<(int User, string Text)> Rows, int Users)
{
    /// <exception cref="InvalidDataException">A row has not two fields; the message names its line.</exception>
    public static ChatFile Read(TextReader reader)
    {
        var users = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = new List<(int, string)>();
        foreach (var (line, fields) in Records(reader))
        {
            if (fields.Count != 2)
                throw new InvalidDataException($"Line {line}: {fields.Count} fields instead of user,text.");
            if (line == 1)
                continue;
            if (!users.TryGetValue(fields[0], out var user))
                users.Add(fields[0], user = users.Count);
            rows.Add((user, fields[1]));
        }
        return new ChatFile(rows, users.Count);
    }

    /// <summary>The users with the most to say, who together wrote about half of everything.</summary>
    public IReadOnlySet<int> Regulars()
    {
        var regulars = new HashSet<int>();
        var covered = 0;
        foreach (var group in Rows.GroupBy(row => row.User).OrderByDescending(group => group.Count()))
        {
            if (covered * 2 >= Rows.Count)
                break;
            regulars.Add(group.Key);
            covered += group.Count();
        }
        return regulars;
    }

    private static IEnumerable<(int Line, List<string> Fields)> Records(TextReader reader)
    {
        int line = 1, start = 1;
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (int next; (next = reader.Read()) >= 0;)
        {
            var c = (char)next;
            if (c == '\n')
                line++;
            if (quoted)
            {
                if (c != '"')
                    field.Append(c);
                else if (reader.Peek() == '"')
                    field.Append((char)reader.Read());
                else
                    quoted = false;
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
                yield return (start, fields);
                (fields, start) = ([], line);
            }
            else if (c != '\r' || reader.Peek() != '\n')
            {
                field.Append(c);
            }
        }
        if (fields.Count == 0 && field.Length == 0)
            yield break;
        fields.Add(field.ToString());
        yield return (start, fields);
    }
}
