using LiveComments.Server.Auth.TwoFactor;

namespace LiveComments.Tests.Server.Auth;

public sealed class RecoveryCodesTests
{
    private readonly UserId _ann = new(Guid.NewGuid()), _bob = new(Guid.NewGuid());

    [Fact]
    public void Each_code_is_used_once_and_leaves_the_others()
    {
        var (codes, stored) = RecoveryCodes.New(_ann);
        Assert.Equal((10, 10), (codes.Count, RecoveryCodes.Left(stored)));
        Assert.All(codes, code => Assert.Matches("^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$", code));
        for (var i = 0; i < codes.Count; i++)
        {
            var left = RecoveryCodes.Use(stored, _ann, codes[i]);
            Assert.NotNull(left);
            Assert.Equal(9 - i, RecoveryCodes.Left(left));
            Assert.Null(RecoveryCodes.Use(left, _ann, codes[i]));
            stored = left;
        }
        Assert.Null(RecoveryCodes.Use(stored, _ann, codes[0]));
        Assert.Equal(0, RecoveryCodes.Left(null));
    }

    [Fact]
    public void A_code_is_taken_however_it_is_typed_and_by_its_owner_only()
    {
        var (codes, stored) = RecoveryCodes.New(_ann);
        foreach (var typed in (string[])[codes[0], codes[0].ToUpperInvariant(), codes[0].Replace("-", "", StringComparison.Ordinal), " " + codes[0].Replace('-', ' '), codes[0].Replace('0', 'O').Replace('1', 'l')])
            Assert.NotNull(RecoveryCodes.Use(stored, _ann, typed));
        Assert.Null(RecoveryCodes.Use(stored, _bob, codes[0]));
        foreach (var other in (string[])["", "123456", codes[0][1..], codes[0] + "0", new string('0', 16), new string('x', 100_000), "u" + codes[0][1..]])
            Assert.Null(RecoveryCodes.Use(stored, _ann, other));
        Assert.False(RecoveryCodes.IsOne("123456"));
    }
}
