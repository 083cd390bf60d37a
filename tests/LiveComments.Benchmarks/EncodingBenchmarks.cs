using BenchmarkDotNet.Attributes;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Wire;

namespace LiveComments.Benchmarks;

/// <summary>One frame of a batch: paid once per room, tick and framing, however many watch.</summary>
public class EncodingBenchmarks
{
    private Entry[] _entries = [];

    [Params(1, 10, 100)]
    public int Comments { get; set; }

    [GlobalSetup]
    public void Setup() => _entries = [.. Enumerable.Range(1, Comments).Select(seq => Sample.Entry(seq))];

    [Benchmark]
    public int WebSocketFrame() => Batch.Encode(Framing.WebSocket, 1, 1, Comments, _entries, 0).Length;
}
