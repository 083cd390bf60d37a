using System.Text;
using LiveComments.Server.Auth.TwoFactor;

namespace LiveComments.Tests.Server.Auth;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>The test vectors of RFC 6238, appendix B, cut to six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_RFC(long seconds, string code)
    {
        Assert.Equal(code, Totp.Code(Secret, seconds / 30));
        Assert.Equal(seconds / 30, Totp.Match(Secret, code, DateTimeOffset.FromUnixTimeSeconds(seconds), 0));
    }

    [Fact]
    public void The_secret_is_typed_as_base32() => Assert.Equal("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", Totp.Print(Secret));

    [Fact]
    public void One_step_early_or_late_is_taken_and_two_are_not()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_234_567_890);
        var step = now.ToUnixTimeSeconds() / 30;
        Assert.Equal([false, true, true, true, false], Enumerable.Range(-2, 5).Select(offset => Totp.Match(Secret, Totp.Code(Secret, step + offset), now, 0) is not null));
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step), now, step));
    }
}
