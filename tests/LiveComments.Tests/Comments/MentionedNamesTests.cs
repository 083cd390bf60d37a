using System.Text.Json;
using LiveComments.Comments;

namespace LiveComments.Tests.Comments;

public sealed class MentionedNamesTests
{
    [Fact]
    public void Names_are_found_where_they_are_meant()
    {
        // The pages' tests read the same file.
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "mentions.json")));
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var text = one.GetProperty("text").GetString()!;
            Assert.Equal((text, string.Join(' ', one.GetProperty("names").EnumerateArray())), (text, string.Join(' ', MentionedNames.Find(text))));
        }
    }

    [Fact]
    public void Ten_people_can_be_called_at_once() =>
        Assert.Equal(Enumerable.Range(100, 10).Select(i => "name" + i), MentionedNames.Find(string.Join(" ", Enumerable.Range(100, 20).Select(i => "@name" + i))));
}
