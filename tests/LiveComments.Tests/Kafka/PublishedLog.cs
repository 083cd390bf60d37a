using System.Text.Json;
using Confluent.Kafka;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Kafka;

/// <summary>What another system knows of one event that has read everything published of it, as docs/kafka.md tells it to.</summary>
internal sealed class PublishedLog
{
    private readonly Dictionary<string, (long Version, string Reactions)> _counts = [];

    /// <exception cref="Xunit.Sdk.XunitException">An entry is missing, is not what it was before, or comes before an earlier one; or counts come before their comment.</exception>
    public PublishedLog(IEnumerable<ConsumeResult<string, string>> records, string live)
    {
        foreach (var record in records.Where(record => record.Message.Key == live).Select(record => JsonDocument.Parse(record.Message.Value).RootElement))
        {
            Assert.Equal(1, record.GetProperty("version").GetInt32());
            Assert.Equal(live, record.Text("eventID"));
            switch (record.Text("type"))
            {
                case "reactions":
                    foreach (var count in record.GetProperty("counts").EnumerateArray())
                    {
                        var comment = count.Text("commentID")!;
                        Assert.Contains(comment, Comments.Concat(Removed).Select(one => one.Text("commentID")));
                        if (count.GetProperty("version").GetInt64() is var version && version > _counts.GetValueOrDefault(comment).Version)
                            _counts[comment] = (version, count.GetProperty("reactions").GetRawText());
                    }
                    break;
                case "reset":
                    Resets++;
                    Entries.Clear();
                    _counts.Clear();
                    break;
                case "deleted":
                    IsDeleted = true;
                    break;
                default:
                    var seq = record.Seq("position");
                    Assert.Equal(seq, record.GetProperty("seq").GetInt64());
                    Assert.True(seq <= Entries.Count + 1, $"{seq} follows {Entries.Count}");
                    if (seq == Entries.Count + 1)
                        Entries.Add(record);
                    break;
            }
        }
    }

    /// <summary>The entries by seq, each as it came first.</summary>
    public List<JsonElement> Entries { get; } = [];

    public IEnumerable<JsonElement> Comments => Entries.Where(entry => entry.Text("type") == "comment").Select(entry => entry.GetProperty("comment"));

    public IEnumerable<string> Texts => Comments.Select(comment => comment.Text("commentText")!);

    public IEnumerable<string> Types => Entries.Select(entry => entry.Text("type")!);

    public int Resets { get; private set; }

    public bool IsDeleted { get; private set; }

    private IEnumerable<JsonElement> Removed => Entries.Where(entry => entry.Text("type") == "removed");

    /// <summary>The latest counts of a comment, as JSON; an empty object when none were told.</summary>
    public string Counts(string comment) => _counts.TryGetValue(comment, out var counts) ? counts.Reactions : "{}";
}
