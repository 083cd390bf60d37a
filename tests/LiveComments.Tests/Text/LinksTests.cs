using LiveComments.Text;

namespace LiveComments.Tests.Text;

public sealed class LinksTests
{
    [Theory]
    [InlineData("see https://example.org/a?b=c here", "https://example.org/a?b=c", "example.org")]
    [InlineData("http://sub.example.co.uk", "http://sub.example.co.uk", "sub.example.co.uk")]
    [InlineData("WWW.Example.museum/x", "WWW.Example.museum/x", "WWW.Example.museum")]
    [InlineData("join discord.gg/abc now", "discord.gg/abc", "discord.gg")]
    [InlineData("murdev.com", "murdev.com", "murdev.com")]
    [InlineData("wow... example.net, nice", "example.net", "example.net")]
    [InlineData("youtu.be/abc", "youtu.be/abc", "youtu.be")]
    [InlineData("http://192.168.0.1/x", "http://192.168.0.1/x", "192.168.0.1")]
    [InlineData("https://münchen.example/", "https://münchen.example/", "münchen.example")]
    [InlineData("(example.org)", "example.org", "example.org")]
    public void A_link_is_found_with_its_host(string text, string link, string host)
    {
        var found = Links.Find(text, 0);
        Assert.Equal(link, text.Substring(found.Start, found.Length));
        Assert.Equal(host, text.Substring(found.HostStart, found.HostLength));
    }

    [Theory]
    [InlineData("no link at all")]
    [InlineData("yes.no")]
    [InlineData("that was close.it was")]
    [InlineData("...")]
    [InlineData("ok.")]
    [InlineData("U.S.A")]
    [InlineData("file.txt")]
    public void Other_full_stops_are_no_links(string text) => Assert.Equal(0, Links.Find(text, 0).Length);

    [Fact]
    public void The_next_link_is_found_behind_the_first()
    {
        const string text = "a.com b.org";
        var first = Links.Find(text, 0);
        Assert.Equal("b.org", text[Links.Find(text, first.Start + first.Length).Start..]);
    }
}
