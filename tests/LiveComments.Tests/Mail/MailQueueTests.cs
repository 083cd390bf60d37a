using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using LiveComments.Server.Mail;
using LiveComments.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Mail;

/// <summary>Messages that wait for an SMTP server, and what becomes of them when it is away or does not want them.</summary>
public sealed class MailQueueTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private readonly SmtpServer _smtp = new("robot", "secret");
    private readonly ConcurrentDictionary<string, long> _counted = new();
    private readonly MeterListener _listener = new();
    private ServiceProvider _services = null!;
    private MailQueue _queue = null!;

    public async Task InitializeAsync() => await StartAsync(_smtp.Port);

    public async Task DisposeAsync()
    {
        await _queue.StopAsync(default);
        await _services.DisposeAsync();
        await _smtp.DisposeAsync();
        _listener.Dispose();
    }

    [Fact]
    public async Task A_message_arrives_as_it_was_ordered()
    {
        Assert.True(Order("ann@example.org", "Grüße: 100 %\n.\nand a line that is longer than the seventy-eight characters that a line of a message should have at most, with a link https://live.example.org/password#token=0123456789\n"));
        var (to, message) = await _smtp.NextAsync();
        Assert.Equal("ann@example.org", to);
        Assert.Equal(("LiveComments", "no-reply@example.org"), (message.From.Mailboxes.Single().Name, message.From.Mailboxes.Single().Address));
        Assert.Equal("ann@example.org", message.To.Mailboxes.Single().Address);
        Assert.Equal("A subject ❤", message.Subject);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.EndsWith("@live.example.org", message.MessageId, StringComparison.Ordinal);
        Assert.Equal("Grüße: 100 %\n.\nand a line that is longer than the seventy-eight characters that a line of a message should have at most, with a link https://live.example.org/password#token=0123456789\n",
            message.TextBody!.ReplaceLineEndings("\n"));
        await Http.EventuallyAsync(() => Task.FromResult(Counted("sent") == 1), "it is counted");
        Assert.Null(_queue.Fault);
    }

    [Fact]
    public async Task While_the_server_is_away_messages_wait_and_operators_are_told()
    {
        _smtp.HangsUp = true;
        Assert.True(Order("ann@example.org", "first"));
        Assert.True(Order("bob@example.org", "second"));
        await Http.EventuallyAsync(() => Task.FromResult(_queue.Fault is not null), "operators are told");
        Assert.DoesNotContain("ann@", _queue.Fault, StringComparison.Ordinal);
        _smtp.HangsUp = false;
        await AdvanceUntilAsync(() => Counted("sent") == 2);
        Assert.Equal(["ann@example.org", "bob@example.org"], [(await _smtp.NextAsync()).To, (await _smtp.NextAsync()).To]);
        Assert.Null(_queue.Fault);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_after_a_while_and_asked_again()
    {
        _smtp.IsSilent = true;
        Assert.True(Order("ann@example.org", "first"));
        await Http.EventuallyAsync(() => Task.FromResult(_smtp.Connections == 1), "it is called");
        _smtp.IsSilent = false;
        _time.Advance(TimeSpan.FromSeconds(31));
        await AdvanceUntilAsync(() => Counted("sent") == 1);
        Assert.Equal("ann@example.org", (await _smtp.NextAsync()).To);
    }

    [Fact]
    public async Task What_nobody_took_for_ten_minutes_is_given_up()
    {
        _smtp.HangsUp = true;
        Assert.True(Order("ann@example.org", "late"));
        Assert.True(Order("bob@example.org", "late too"));
        await AdvanceUntilAsync(() => Counted("expired") == 2, seconds: 60);
        _smtp.HangsUp = false;
        Assert.True(Order("carol@example.org", "in time"));
        await AdvanceUntilAsync(() => Counted("sent") == 1);
        Assert.Equal("carol@example.org", (await _smtp.NextAsync()).To);
    }

    [Fact]
    public async Task A_recipient_whom_the_server_does_not_know_holds_up_nobody_and_one_who_is_busy_is_tried_again()
    {
        _smtp.RefusesRecipients = "550 no such user";
        Assert.True(Order("nobody@example.org", "x"));
        await Http.EventuallyAsync(() => Task.FromResult(Counted("refused") == 1), "it is refused");
        Assert.Null(_queue.Fault);
        _smtp.RefusesRecipients = "451 come back later";
        Assert.True(Order("ann@example.org", "y"));
        await Http.EventuallyAsync(() => Task.FromResult(_queue.Fault is not null), "it is told");
        _smtp.RefusesRecipients = null;
        await AdvanceUntilAsync(() => Counted("sent") == 1);
        Assert.Equal("ann@example.org", (await _smtp.NextAsync()).To);
    }

    [Fact]
    public async Task Too_many_messages_are_refused_at_once()
    {
        _smtp.HangsUp = true;
        var taken = 0;
        while (Order("ann@example.org", "x"))
            Assert.True(++taken < 2_000);
        Assert.InRange(taken, 1_000, 1_001);
        Assert.Equal(1, Counted("dropped"));
    }

    [Fact]
    public async Task A_wrong_password_and_a_server_without_protection_are_told_and_send_nothing()
    {
        foreach (var setting in (Action<MailOptions>[])[options => options.Password = "another", options => options.Security = MailOptions.StartTls, options => options.Port = Free()])
        {
            await _queue.StopAsync(default);
            await _services.DisposeAsync();
            await StartAsync(_smtp.Port, setting);
            Assert.True(Order("ann@example.org", "x"));
            await Http.EventuallyAsync(() => Task.FromResult(_queue.Fault is not null), "operators are told");
        }
        Assert.Equal(0, _smtp.Count);
    }

    [Theory]
    [InlineData("none", "mail.example.org", "robot", "no-reply@example.org", "https://live.example.org", "Security is none")]
    [InlineData("ssl", "mail.example.org", "", "no-reply@example.org", "https://live.example.org", "Security is starttls")]
    [InlineData("tls", "mail.example.org", "", "", "https://live.example.org", "From is needed")]
    [InlineData("tls", "mail.example.org", "", "no-reply@example.org", "live.example.org", "Site is needed")]
    [InlineData("none", "mail.example.org", "", "A <no-reply@example.org>", "https://live.example.org", null)]
    [InlineData("none", "127.0.0.1", "robot", "no-reply@example.org", "https://live.example.org", null)]
    [InlineData("starttls", "", "", "", "", null)]
    public void Settings_that_cannot_be_are_refused(string security, string host, string user, string from, string site, string? fault)
    {
        var options = new MailOptions { Security = security, Host = host, User = user, From = from, Site = site };
        if (fault is null)
            Assert.Null(options.Fault());
        else
            Assert.Contains(fault, options.Fault(), StringComparison.Ordinal);
    }

    private async Task StartAsync(int port, Action<MailOptions>? change = null)
    {
        var options = new MailOptions { Host = "127.0.0.1", Port = port, Security = MailOptions.Plain, User = "robot", Password = "secret", From = "LiveComments <no-reply@example.org>", Site = "https://live.example.org" };
        change?.Invoke(options);
        _services = new ServiceCollection().AddMetrics().AddSingleton<MailMetrics>().BuildServiceProvider();
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "livecomments.mail.messages" && instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Key == "outcome")
                    _counted.AddOrUpdate((string)tag.Value!, value, (_, before) => before + value);
        });
        _listener.Start();
        _queue = new MailQueue(new SmtpSender(Options.Create(options), _time), _services.GetRequiredService<MailMetrics>(), Options.Create(options), _time, NullLogger<MailQueue>.Instance);
        await _queue.StartAsync(default);
    }

    private long Counted(string outcome) => _counted.GetValueOrDefault(outcome);

    private bool Order(string to, string text) => _queue.TryAdd(MailKind.PasswordChanged, _ => new(new Message(to, "A subject ❤", text)));

    /// <summary>Has time go by until it is so: slowly enough that no call of the server takes too long.</summary>
    private Task AdvanceUntilAsync(Func<bool> isSo, double seconds = 1) => Http.EventuallyAsync(() =>
    {
        if (!isSo())
            _time.Advance(TimeSpan.FromSeconds(seconds));
        return Task.FromResult(isSo());
    }, "time has done it");

    private static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
