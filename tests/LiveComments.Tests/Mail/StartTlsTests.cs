using System.Net;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.Logging;

namespace LiveComments.Tests.Mail;

/// <summary>Mail by a server that others wrote: over STARTTLS with a log-in, or not at all.</summary>
public sealed class StartTlsTests
{
    [RequiresFact(SmtpRelay.Program)]
    public async Task A_message_goes_over_STARTTLS_with_a_log_in_to_a_server_whose_own_authority_SSL_CERT_FILE_names()
    {
        await using var relay = await SmtpRelay.StartAsync();
        using var data = new TemporaryFolder();
        await using var server = await ServerProcess.StartUnderAsync(["env", $"SSL_CERT_FILE={relay.Authority}"], data.Path, relay.Settings);
        using var client = new HttpClient { BaseAddress = server.Address };
        await AskAsync(client);
        await Http.EventuallyAsync(() => Task.FromResult(relay.Messages.Count > 0), $"the message arrives\n{server.Output}");
        var message = Assert.Single(relay.Messages);
        Assert.Equal(("ann@example.org", "Choose a new password"), (message.Headers["X-RcptTo"], message.Subject));
        Assert.Contains("https://live.example.org/password#token=", message.TextBody, StringComparison.Ordinal);
        Assert.Equal([$"{SmtpRelay.User}:{SmtpRelay.Password}"], relay.LogIns);
    }

    [RequiresFact(SmtpRelay.Program)]
    public async Task A_server_that_nobody_vouches_for_gets_neither_password_nor_message()
    {
        await using var relay = await SmtpRelay.StartAsync();
        await AssertNothingGoesAsync(relay, "Its certificate, issued by CN=Tests of mail, is not trusted: ", "name its certificate in SSL_CERT_FILE");
    }

    [RequiresFact(SmtpRelay.Program)]
    public async Task A_server_whose_certificate_is_for_another_name_gets_neither_password_nor_message()
    {
        await using var relay = await SmtpRelay.StartAsync("mail.example.org");
        await AssertNothingGoesAsync(relay, "Its certificate is for mail.example.org, not for 127.0.0.1. Set LiveComments:Mail:Host to the name in the certificate.");
    }

    [RequiresFact(SmtpRelay.Program)]
    public async Task A_server_without_STARTTLS_gets_neither_password_nor_message()
    {
        await using var relay = await SmtpRelay.StartAsync(name: null);
        await AssertNothingGoesAsync(relay, "does not support the STARTTLS extension");
    }

    private static async Task AssertNothingGoesAsync(SmtpRelay relay, params string[] why)
    {
        using var log = new CapturedLog();
        await using var server = await TestServer.StartAsync(log.Of, relay.Settings);
        await AskAsync(server.Anonymous);
        string? said = null;
        await Http.EventuallyAsync(() => Task.FromResult((said = log.At(LogLevel.Warning).FirstOrDefault(line => line.StartsWith("E-mail cannot be sent", StringComparison.Ordinal))) is not null), "the log says it");
        Assert.All(why, words => Assert.Contains(words, said, StringComparison.Ordinal));
        Assert.Empty(relay.LogIns);
        Assert.Empty(relay.Messages);
    }

    private static async Task AskAsync(HttpClient client)
    {
        await client.CallAsync("POST", "/auth/register", $$"""{"username":"ann","email":"ann@example.org","password":"{{AccountClient.Password}}"}""", HttpStatusCode.Created);
        await client.CallAsync("POST", "/auth/password/forgotten", """{"email":"ann@example.org"}""", HttpStatusCode.Accepted);
    }
}
