using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

public sealed class ScoreCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_comment_of_a_file_gets_a_decision_a_score_and_reasons()
    {
        await File.WriteAllTextAsync(_folder.At("comments.csv"), "user,text,spam\nann,GOAL,0\nbob,\"please check out my channel, and subscribe\",1\ncat,\"two\nlines\",0\ndan,my channel points,1\n");
        var (exitCode, output, error) = await ServerProcess.RunAsync("score", _folder.At("comments.csv"));
        Assert.True(exitCode == 0, error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("decision,score,reasons", lines[0]);
        Assert.StartsWith("admit,0.0", lines[1]);
        Assert.Matches("^refuse,(0.9..|1.000),asks to subscribe; names its own channel; asks to check something out; begs$", lines[2]);
        Assert.StartsWith("admit,0.0", lines[3]);
        Assert.StartsWith("admit,", lines[4]);
        Assert.Contains("4 comments, 0 held and 1 refused (25 %).", error);
        Assert.Contains("of 2 labelled as spam 1 are held or refused, of 2 others 0: precision 1.000, recall 0.500, F1 0.667.", error);
    }

    [Fact]
    public async Task A_text_that_is_HTML_is_judged_as_what_it_shows()
    {
        await File.WriteAllTextAsync(_folder.At("comments.csv"), "text\nplease<br />subscribe to my channel\nplease subscribe to my channel\nI &lt;3 it\nI <3 it\n");
        var lines = (await ServerProcess.RunAsync("score", _folder.At("comments.csv"))).Output.Split('\n');
        Assert.Equal(lines[1], lines[2]);
        Assert.Equal(lines[3], lines[4]);
        Assert.NotEqual(lines[1], lines[3]);
    }

    [Fact]
    public async Task A_file_without_a_header_has_one_text_a_line_and_the_level_is_heeded()
    {
        await File.WriteAllTextAsync(_folder.At("comments.csv"), "please subscribe to my channel\nhello\n");
        Assert.DoesNotContain(" 0 held and 0 refused", (await ServerProcess.RunAsync("score", _folder.At("comments.csv"))).Error);
        Assert.Contains(" 0 held and 0 refused", (await ServerProcess.RunAsync("score", _folder.At("comments.csv"), "--level", "off")).Error);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "2 columns and none is named text")]
    [InlineData("id,text\n1\n", "there is no text")]
    [InlineData("text\n\"open\n", "is not CSV")]
    [InlineData(null, "There is no file")]
    public async Task A_file_that_cannot_be_read_is_refused_with_what_is_wrong(string? content, string expected)
    {
        if (content is not null)
            await File.WriteAllTextAsync(_folder.At("comments.csv"), content);
        var (exitCode, _, error) = await ServerProcess.RunAsync("score", _folder.At("comments.csv"));
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error);
    }
}
