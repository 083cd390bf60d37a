using System.IO.Pipelines;
using System.Text;
using LiveComments.Feeds;
using LiveComments.Server.Sockets;
using LiveComments.Tests.Feeds;
using LiveComments.Wire;

namespace LiveComments.Tests.Server.Sockets;

/// <summary>What a WebSocket is sent when it is closed while its sender sends.</summary>
public sealed class WebSocketConnectionTests
{
    [Fact]
    public async Task What_was_answered_before_a_close_is_sent_and_then_the_close()
    {
        await using var under = new FeedUnderTest(new MemoryLog(), new FeedOptions { Senders = 1 });
        var random = new Random(1);
        for (var round = 0; round < 40; round++)
        {
            var sockets = Enumerable.Range(0, 500).Select(_ => new Socket(under)).ToList();
            foreach (var socket in sockets)
                socket.Connection.Attach();
            foreach (var socket in sockets)
            {
                socket.Connection.AckReaction("reaction");
                // The sender is at work on it, or on one before it.
                Thread.SpinWait(random.Next(40));
                socket.Connection.Close(CloseCode.GoingAway, "");
            }
            await under.UntilAsync(() => sockets.TrueForAll(socket => socket.Connection.IsClosed), "all are closed");
            Assert.All(sockets, socket => Assert.Equal(["acks", "close"], socket.Received()));
        }
    }

    private sealed class Socket
    {
        private readonly MemoryStream _sent = new();

        public Socket(FeedUnderTest under)
        {
            under.Feed.Audience.TryEnter();
            Connection = new WebSocketConnection(under.FanOut, under.Feed, 0, sampled: false, deflates: false, PipeReader.Create(Stream.Null), null, _sent, () => { });
        }

        public WebSocketConnection Connection { get; }

        /// <summary>The frames, but for counts of viewers.</summary>
        public List<string> Received()
        {
            var frames = new List<string>();
            var bytes = _sent.ToArray();
            for (var at = 0; at < bytes.Length; at += 2 + bytes[at + 1])
                if (bytes[at] == 0x88)
                    frames.Add("close");
                else if (Encoding.UTF8.GetString(bytes, at + 2, bytes[at + 1]) is var text && !text.Contains("viewers", StringComparison.Ordinal))
                    frames.Add(text.Contains("\"acks\"", StringComparison.Ordinal) ? "acks" : text);
            return frames;
        }
    }
}
