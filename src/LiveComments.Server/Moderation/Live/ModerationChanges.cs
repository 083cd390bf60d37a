using System.Text.Json;
using LiveComments.Wire;

namespace LiveComments.Server.Moderation.Live;

/// <summary>What one moderator is told: how each view differs from the last one they were shown.</summary>
internal sealed class ModerationChanges
{
    private ModerationView? _shown;

    /// <summary>The number of the view that was shown last; 0 before the first.</summary>
    public long Number => _shown?.Number ?? 0;

    /// <summary>The messages that lead to a view, each a JSON object.</summary>
    public IEnumerable<byte[]> To(ModerationView view)
    {
        var was = _shown;
        _shown = view;
        var added = view.Items.Where(item => was is null || !was.Items.TryGetValue(item.Key, out var before) || !before.AsSpan().SequenceEqual(item.Value)).Select(item => item.Value).ToList();
        var removed = was is null ? [] : was.Items.Keys.Where(id => !view.Items.ContainsKey(id)).ToList();
        if (was is null || added.Count > 0 || removed.Count > 0)
            yield return Message("queue"u8, (view, added, removed), static (json, it) =>
            {
                Raw(json, "items"u8, it.added);
                Ids(json, "removed"u8, it.removed);
            });
        var last = was?.Lines is [.., var newest] ? newest.Seq : was is null ? long.MaxValue : 0;
        var lines = view.Lines.Where(line => line.Seq > last).Select(line => line.Json).ToList();
        if (lines.Count > 0)
            yield return Message("decisions"u8, lines, static (json, lines) => Raw(json, "decisions"u8, lines));
        if (was is null || !was.Looks.Select(look => look.Look).SequenceEqual(view.Looks.Select(look => look.Look)))
            yield return Message("looking"u8, view, static (json, view) => Raw(json, "looking"u8, view.Looks.Select(look => look.Person)));
        var firsts = view.Firsts.Skip(Math.Max(0, view.Firsts.Count - (int)Math.Min(int.MaxValue, view.FirstsCount - (was?.FirstsCount ?? 0)))).ToList();
        if (firsts.Count > 0)
            yield return Message("firsts"u8, firsts, static (json, firsts) => Ids(json, "commentIDs"u8, firsts));
        yield return Message("rates"u8, view, static (json, view) =>
        {
            json.WriteNumber("commentsPerSecond"u8, view.CommentsPerSecond);
            json.WriteNumber("reactionsPerSecond"u8, view.ReactionsPerSecond);
            json.WriteNumber("viewers"u8, view.Viewers);
            json.WriteNumber("held"u8, view.Held);
            json.WriteNumber("reported"u8, view.Reported);
            json.WriteStartObject("refusedHere"u8);
            foreach (var (code, count) in view.Figures.Refused)
                json.WriteNumber(code, count);
            json.WriteEndObject();
            if (view.Figures is { Median: { } median, Slowest: { } slowest })
            {
                json.WriteNumber("medianMsHere"u8, Math.Round(median.TotalMilliseconds, 1));
                json.WriteNumber("slowestMsHere"u8, Math.Round(slowest.TotalMilliseconds, 1));
            }
        });
    }

    private static void Ids(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<CommentId> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
            json.WriteStringValue(id.Value);
        json.WriteEndArray();
    }

    private static void Raw(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<byte[]> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteRawValue(item, skipInputValidation: true);
        json.WriteEndArray();
    }

    private static byte[] Message<T>(ReadOnlySpan<byte> type, T value, Action<Utf8JsonWriter, T> write)
    {
        var name = type.ToArray();
        return JsonBuffer.Write((name, value, write), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteString("type"u8, it.name);
            it.write(json, it.value);
            json.WriteEndObject();
        }, static (bytes, _) => bytes.ToArray());
    }
}
