using System.Globalization;
using LiveComments.Server.Demo;
using LiveComments.Server.Pages;

namespace LiveComments.Tests.Commands;

public sealed class DemoVideoTests
{
    [Fact]
    public void Its_list_moves_on_with_time_and_never_renumbers_a_fragment()
    {
        Dictionary<long, (string File, long Round)> known = [];
        var begin = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var second = 0; second < 100; second++)
        {
            var lines = DemoVideo.List(begin.AddSeconds(second), "x/").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            long Value(string tag) => long.Parse(lines.Single(line => line.StartsWith(tag, StringComparison.Ordinal))[tag.Length..], CultureInfo.InvariantCulture);
            var (sequence, round) = (Value("#EXT-X-MEDIA-SEQUENCE:"), Value("#EXT-X-DISCONTINUITY-SEQUENCE:"));
            // The end of the list is at most one fragment behind the clock, and never ahead.
            Assert.InRange(begin.AddSeconds(second).ToUnixTimeSeconds() - 4 * (sequence + 6), 0, 3);
            foreach (var line in lines)
                if (line == "#EXT-X-DISCONTINUITY")
                    round++;
                else if (line[0] != '#')
                {
                    Assert.Equal((line, round), known.TryGetValue(sequence, out var before) ? before : (line, round));
                    known[sequence++] = (line, round);
                }
        }
        Assert.All(known.Zip(known.Skip(1)), pair => Assert.Equal(pair.Second.Value.File == "x/0.m4s" ? pair.First.Value.Round + 1 : pair.First.Value.Round, pair.Second.Value.Round));
    }

    /// <summary>Nobody changes the library here, and a new version is taken as it is.</summary>
    [RequiresFact("npm")]
    public async Task The_player_of_streams_is_what_its_makers_publish()
    {
        var (published, obstacle) = NpmPackage.Bring("hls", "hls.js", "1.7.4", "hls.js/dist/hls.min.mjs");
        Assert.Null(obstacle);
        Assert.Equal(await File.ReadAllBytesAsync(published), PageFiles.Instance.Find("hls/hls.js")!.Bytes);
    }

    [Fact]
    public void Every_fragment_of_the_list_is_in_the_program()
    {
        var files = Enumerable.Range(0, 9).Select(second => DemoVideo.List(DateTimeOffset.UnixEpoch.AddDays(1).AddSeconds(4 * second), "demo/")).SelectMany(list => list.Split('\n').Where(line => line.EndsWith(".m4s", StringComparison.Ordinal))).Distinct().ToList();
        Assert.Equal(9, files.Count);
        Assert.All([.. files, "demo/init.mp4"], file => Assert.Equal("video/mp4", PageFiles.Instance.Find(file)?.ContentType));
        Assert.Null(PageFiles.Instance.Find("demo/render.py"));
    }
}
