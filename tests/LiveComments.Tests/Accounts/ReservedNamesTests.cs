using LiveComments.Accounts;

namespace LiveComments.Tests.Accounts;

public sealed class ReservedNamesTests
{
    private static readonly NamesOptions Options = new() { Reserved = { "Acme Sports", "модератор" } };

    private readonly ReservedNames _names = new(Microsoft.Extensions.Options.Options.Create(Options));

    [Theory]
    [InlineData("admin")]
    [InlineData("ADMIN")]
    [InlineData("ADMlN")]
    [InlineData("Adm1n")]
    [InlineData("аdmіn")] // Cyrillic
    [InlineData("Ａｄｍｉｎ")]
    [InlineData("Ádmín")]
    [InlineData("admin1")]
    [InlineData("1admin")]
    [InlineData("_-admin-_")]
    [InlineData("a.d.m.i.n")]
    [InlineData("🛡️ Moderator 🛡️")]
    [InlineData("mod")]
    [InlineData("M0D")]
    [InlineData("0fficia1")]
    [InlineData("0fficial7")]
    [InlineData("Live Comments")]
    [InlineData("live_comments")]
    [InlineData("SUPPORT")]
    [InlineData("System")]
    [InlineData("staff")]
    [InlineData("Host")]
    [InlineData("acme-sports")]
    [InlineData("АСМЕ Sports 2")]
    [InlineData("Модератор")]
    public void A_name_that_looks_like_those_who_run_the_site_is_reserved(string name) => Assert.True(_names.Contains(name));

    [Theory]
    [InlineData("anna")]
    [InlineData("modern")]
    [InlineData("Staff Sergeant")]
    [InlineData("adminton")]
    [InlineData("acme")]
    [InlineData("123")]
    [InlineData("🎬")]
    [InlineData("山田")]
    public void Any_other_name_is_free(string name) => Assert.False(_names.Contains(name));

    [Theory]
    [InlineData("")]
    [InlineData("123")]
    [InlineData("\u200B")]
    public void A_reserved_name_without_a_letter_would_never_match_and_is_refused(string name) =>
        Assert.Contains("LiveComments:Names:Reserved", new NamesOptions { Reserved = { name } }.Fault(), StringComparison.Ordinal);

    [Fact]
    public void Names_to_reserve_are_taken() => Assert.Null(Options.Fault());
}
