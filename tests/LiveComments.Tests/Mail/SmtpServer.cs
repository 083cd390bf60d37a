using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace LiveComments.Tests.Mail;

/// <summary>A small SMTP server on a free port of 127.0.0.1 (RFC 5321, with AUTH PLAIN of RFC 4954). It keeps what it is given.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(string To, MimeMessage Message)> _received = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Task _accepting;
    private readonly string? _user;
    private readonly string? _password;

    /// <param name="user">Whom it lets in; null for everybody.</param>
    public SmtpServer(string? user = null, string? password = null)
    {
        (_user, _password) = (user, password);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>What it answers to every recipient; null to take them.</summary>
    public volatile string? RefusesRecipients;

    /// <summary>Closes every connection at once.</summary>
    public volatile bool HangsUp;

    /// <summary>Takes connections and says nothing.</summary>
    public volatile bool IsSilent;

    /// <summary>How many connections there were.</summary>
    public int Connections;

    public int Count => _received.Count;

    /// <summary>The next message that arrives; fails when none comes.</summary>
    public async Task<(string To, MimeMessage Message)> NextAsync()
    {
        Assert.True(await _arrived.WaitAsync(Patience), "No message came.");
        Assert.True(_received.TryDequeue(out var next));
        return next;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
        _arrived.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
        await Task.WhenAll(open);
    }

    private async Task TalkAsync(TcpClient client)
    {
        Interlocked.Increment(ref Connections);
        var messages = new List<(string To, MimeMessage Message)>();
        using (client)
        {
            try
            {
                if (HangsUp)
                    return;
                if (IsSilent)
                {
                    await Task.Delay(Timeout.Infinite, _stop.Token);
                    return;
                }
                // Latin 1 keeps every byte as it is.
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
                await TalkAsync(reader, writer, messages);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
            }
            finally
            {
                // Once the sender has hung up: a test that puts the clock forward must not end its patience before.
                foreach (var message in messages)
                {
                    _received.Enqueue(message);
                    _arrived.Release();
                }
            }
        }
    }

    private async Task TalkAsync(StreamReader reader, StreamWriter writer, List<(string To, MimeMessage Message)> messages)
    {
        await writer.WriteLineAsync("220 tests ESMTP");
        var (isIn, to) = (_user is null, "");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var command = line.Split(' ', 2);
            switch (command[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-tests");
                    await writer.WriteLineAsync("250 AUTH PLAIN");
                    break;
                case "AUTH":
                    isIn = line == "AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{_user}\0{_password}"));
                    await writer.WriteLineAsync(isIn ? "235 welcome" : "535 who are you");
                    break;
                case "MAIL":
                    await writer.WriteLineAsync(isIn ? "250 ok" : "530 log in first");
                    break;
                case "RCPT":
                    to = command[1][(command[1].IndexOf('<') + 1)..command[1].IndexOf('>')];
                    await writer.WriteLineAsync(RefusesRecipients ?? "250 ok");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    messages.Add((to, await MessageAsync(reader)));
                    await writer.WriteLineAsync("250 taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    break;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }

    private async Task<MimeMessage> MessageAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(text.ToString())));
    }
}
