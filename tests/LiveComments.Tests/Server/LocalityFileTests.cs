using System.Net;
using LiveComments.Server.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Server;

public sealed class LocalityFileTests : IDisposable
{
    private static readonly IPNetwork Known = IPNetwork.Parse("203.0.113.0/24");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTime _time = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "countries.mmdb");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Countries_and_regions_are_read_as_MaxMind_writes_them()
    {
        Write(Nested("DE", "BY"));
        using var file = Open();
        Assert.Equal(("DE", "DE-BY"), Found(file, "203.0.113.7"));
        Assert.Equal(("DE", "DE-BY"), Found(file, "::ffff:203.0.113.7"));
        Assert.Null(file.Find(IPAddress.Parse("203.0.114.7")));
        Assert.Null(file.Find(IPAddress.Parse("2001:db8::1")));
    }

    [Fact]
    public void Files_with_a_flat_country_are_read_too()
    {
        Write(new Dictionary<string, object> { ["country_code"] = "FR" });
        using var file = Open();
        Assert.Equal(("FR", null), Found(file, "203.0.113.7"));
    }

    [Fact]
    public void A_record_of_another_form_tells_nothing()
    {
        Write(new Dictionary<string, object> { ["country"] = "FR" });
        using var file = Open();
        Assert.Null(file.Find(IPAddress.Parse("203.0.113.7")));
    }

    [Fact]
    public void A_new_file_is_used_within_a_minute_and_one_that_cannot_be_read_is_not()
    {
        Write(Nested("DE", "BY"));
        using var file = Open();
        Write(Nested("AT", "9"));
        Assert.Equal(("DE", "DE-BY"), Found(file, "203.0.113.7"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("AT", "AT-9"), Found(file, "203.0.113.7"));
        File.WriteAllText(Path, "nothing");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("AT", "AT-9"), Found(file, "203.0.113.7"));
    }

    [Fact]
    public void What_is_no_such_file_refuses_the_start()
    {
        File.WriteAllText(Path, "nothing");
        Assert.Contains(Path, Assert.Throws<OptionsValidationException>(Open).Message, StringComparison.Ordinal);
        Assert.Contains("there is no file", new LocalityOptions { Database = Path + ".missing" }.Fault(), StringComparison.Ordinal);
        Assert.Contains("needs CountryHeader", new LocalityOptions { RegionHeader = "CF-Region-Code" }.Fault(), StringComparison.Ordinal);
        Assert.Contains("not the name of a header", new LocalityOptions { CountryHeader = "CF Country" }.Fault(), StringComparison.Ordinal);
    }

    private static Dictionary<string, object> Nested(string country, string region) => new()
    {
        ["country"] = new Dictionary<string, object> { ["iso_code"] = country, ["names"] = new Dictionary<string, object> { ["en"] = "A country" } },
        ["subdivisions"] = new object[] { new Dictionary<string, object> { ["iso_code"] = region } },
    };

    private static (string, string?)? Found(LocalityFile file, string address) => file.Find(IPAddress.Parse(address)) is { } found ? (found.Country, found.Region) : null;

    private void Write(object record)
    {
        var written = File.Exists(Path) ? File.GetLastWriteTimeUtc(Path) : default;
        File.WriteAllBytes(Path, LocalityTestFile.Write(Known, record));
        // Disks count time coarsely.
        if (written != default)
            File.SetLastWriteTimeUtc(Path, written.AddSeconds(1));
    }

    private LocalityFile Open() => new(Options.Create(new LocalityOptions { Database = Path }), _time, NullLogger<LocalityFile>.Instance);
}
