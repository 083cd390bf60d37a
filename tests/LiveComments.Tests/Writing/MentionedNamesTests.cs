using LiveComments.Ingest;

namespace LiveComments.Tests.Writing;

public sealed class MentionedNamesTests
{
    [Theory]
    [InlineData("no name")]
    [InlineData("@")]
    [InlineData("@ab", "")]
    [InlineData("@ anna")]
    [InlineData("mail anna@example.org")]
    [InlineData("anna.@bob_", "")]
    [InlineData("@anna", "anna")]
    [InlineData("hello @anna!", "anna")]
    [InlineData("(@anna), @bob.", "anna", "bob")]
    [InlineData("@anna...", "anna")]
    [InlineData("@anna--", "anna")]
    [InlineData("@...")]
    [InlineData("@anna_", "anna_")]
    [InlineData("@anna.smith-2", "anna.smith-2")]
    [InlineData("@anna @ANNA @Bob @bob", "anna", "Bob")]
    [InlineData("@@anna", "anna")]
    [InlineData("@anna@bob", "anna")]
    [InlineData("日本@anna語", "anna")]
    public void Names_are_found_where_they_are_meant(string text, params string[] names) => Assert.Equal(names.Where(name => name.Length > 0), MentionedNames.Find(text));

    [Fact]
    public void A_name_of_thirty_characters_is_the_longest()
    {
        Assert.Equal([new string('a', 30)], MentionedNames.Find($"@{new string('a', 30)}"));
        Assert.Empty(MentionedNames.Find($"@{new string('a', 31)}"));
        Assert.Equal([new string('a', 30)], MentionedNames.Find($"@{new string('a', 30)}."));
    }

    [Fact]
    public void Ten_people_can_be_called_at_once() =>
        Assert.Equal(Enumerable.Range(100, 10).Select(i => "name" + i), MentionedNames.Find(string.Join(" ", Enumerable.Range(100, 20).Select(i => "@name" + i))));
}
