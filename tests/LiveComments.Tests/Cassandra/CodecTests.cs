using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Cassandra.Cql;

namespace LiveComments.Tests.Cassandra;

/// <summary>What is written and read of the native protocol, whatever comes.</summary>
public sealed class CodecTests
{
    private static readonly Column[] Columns =
    [
        new("id", ColumnType.Uuid), new("number", ColumnType.Bigint), new("text", ColumnType.Varchar), new("yes", ColumnType.Boolean), new("time", ColumnType.Timestamp),
        new("count", ColumnType.Int), new("kind", ColumnType.Tinyint), new("bytes", ColumnType.Blob), new("small", ColumnType.Smallint),
    ];

    private static readonly Gen<object?[]> Values =
        from id in ArbMap.Default.GeneratorFor<Guid>()
        from number in ArbMap.Default.GeneratorFor<long>()
        from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
        from yes in ArbMap.Default.GeneratorFor<bool>()
        from milliseconds in Gen.Choose(int.MinValue, int.MaxValue)
        from count in ArbMap.Default.GeneratorFor<int>()
        from kind in ArbMap.Default.GeneratorFor<byte>()
        from bytes in ArbMap.Default.GeneratorFor<byte[]>()
        from small in ArbMap.Default.GeneratorFor<short>()
        from absent in Gen.Choose(-8, 8)
        select new object?[] { id, number, new string([.. text.Get.Where(letter => !char.IsSurrogate(letter))]), yes, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds * 1_000L), count, kind, bytes ?? [], small }
            .Select((value, index) => index == absent ? null : value).ToArray();

    [Fact]
    public void Every_value_is_read_as_it_was_written() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(Gen.ListOf(Values)), rows =>
        {
            var read = Responses.Rows(Parse(Result(rows)));
            Assert.Equal(Columns, read.Columns);
            Assert.Equal(rows.Count, read.Count);
            Assert.Equal(rows, read.Rows.Select(Read));
            return true;
        }));

    [Fact]
    public void A_body_that_ends_early_is_malformed_wherever_it_ends() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20), Prop.ForAll(Arb.From(Gen.NonEmptyListOf(Values).Resize(8)), rows =>
        {
            var whole = Parse(Result(rows));
            for (var length = 0; length < whole.Body.Length; length++)
                Assert.Equal(CqlFailure.Malformed, Assert.Throws<CqlException>(() => Responses.Rows(whole with { Body = whole.Body[..length] })).Failure);
            return true;
        }));

    [Fact]
    public void A_body_with_wrong_bytes_is_read_or_malformed_and_nothing_else() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(
            from rows in Gen.NonEmptyListOf(Values)
            from changes in Gen.NonEmptyListOf(from at in Gen.Choose(0, 400) from value in Gen.Choose(0, 255) select (At: at, Value: (byte)value))
            from flags in Gen.Choose(0, 31)
            select (Rows: rows, Changes: changes, Flags: (byte)flags)), sample =>
        {
            var frame = Parse(Result(sample.Rows)) with { Flags = sample.Flags };
            foreach (var (at, value) in sample.Changes)
                frame.Body[at % frame.Body.Length] = value;
            foreach (var opcode in (Opcode[])[Opcode.Result, Opcode.Error, Opcode.Ready])
                foreach (var read in (Action<Frame>[])[answer => Responses.Rows(answer).Rows.Select(Read).ToList(), answer => Responses.Prepared(answer)])
                    try
                    {
                        read(frame with { Opcode = opcode });
                    }
                    catch (CqlException)
                    {
                        // The only way to fail.
                    }
            return true;
        }));

    [Fact]
    public async Task Frames_are_whole_in_whatever_pieces_they_come()
    {
        var frames = Enumerable.Range(0, 40).Select(index => FakeRequest.Rows("c", new string('x', index * 4_001)).ToFrame().ToArray()).ToList();
        foreach (var frame in frames)
            frame[0] = Frame.ResponseVersion;
        foreach (var piece in (int[])[1, 7, 8_192, int.MaxValue])
        {
            var reader = new FrameReader(new PiecewiseStream([.. frames.SelectMany(frame => frame)], piece));
            foreach (var frame in frames)
                Assert.Equal(frame[Frame.HeaderLength..], (await reader.ReadAsync(default))!.Value.Body);
            Assert.Null(await reader.ReadAsync(default));
        }
    }

    [Theory]
    [InlineData("8300000008000000FF", "version 0x83")]
    [InlineData("840000000801000001", "16777217")]
    [InlineData("84000000087FFFFFFF", "2147483647")]
    [InlineData("8400000008FFFFFFFF", "-1")]
    [InlineData("485454502F312E3120", "version 0x48")]
    public async Task A_header_that_lies_is_refused_before_there_is_memory_for_it(string header, string named)
    {
        var reader = new FrameReader(new MemoryStream(Convert.FromHexString(header)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = await Assert.ThrowsAsync<CqlException>(async () => await reader.ReadAsync(default));
        Assert.Equal(CqlFailure.Malformed, refused.Failure);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Counts_that_lie_and_types_inside_types_take_neither_memory_nor_the_stack()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Malformed(FakeRequest.Write(Opcode.Result).Int(2).Int(1).Int(int.MaxValue).Text("k").Text("t"));
        Malformed(FakeRequest.Write(Opcode.Result).Int(2).Int(1).Int(0).Text("k").Text("t").Int(int.MaxValue));
        Malformed(FakeRequest.Write(Opcode.Result).Int(2).Int(1).Int(1).Text("k").Text("t").Text("c").Short((int)ColumnType.Int).Int(100_000_000).Int(4).Int(1));
        Malformed(FakeRequest.Write(Opcode.Result).Int(2).Int(4).Int(1));
        var nested = FakeRequest.Write(Opcode.Result).Int(2).Int(1).Int(1).Text("k").Text("t").Text("c");
        for (var depth = 0; depth < 200_000; depth++)
            nested.Short((int)ColumnType.List);
        Malformed(nested);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4_000_000);
        Assert.Equal(CqlFailure.Malformed, Assert.Throws<CqlException>(() => Responses.Prepared(Parse(FakeRequest.Write(Opcode.Result).Int(4).ShortBytes([1]).Int(1).Int(int.MaxValue).Int(0)))).Failure);

        static void Malformed(FrameWriter answer) => Assert.Equal(CqlFailure.Malformed, Assert.Throws<CqlException>(() => Responses.Rows(Parse(answer))).Failure);
    }

    [Fact]
    public void A_value_of_another_type_is_refused_with_the_name_of_its_marker()
    {
        var prepared = new Prepared([1], Columns, []);
        Assert.Contains("number takes Bigint, not Int32", Assert.Throws<ArgumentException>(() => prepared.Bind([null, 1, null, null, null, null, null, null, null])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => prepared.Bind([null]));
    }

    [Fact]
    public void Warnings_traces_and_payloads_stand_before_the_content_and_are_left_out()
    {
        var warned = FakeRequest.Write(Opcode.Result).Short(0).Short(0).Short(0).Short(0).Short(0).Short(0).Short(0).Short(0).Short(1).Text("Slow down").Short(1).Text("key").Bytes([1, 2, 3]).Int(1);
        Assert.Equal(0, Responses.Rows(Parse(warned) with { Flags = 0x0E }).Count);
        Assert.Contains("compressed", Assert.Throws<CqlException>(() => Responses.Rows(Parse(warned) with { Flags = 0x01 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_a_code_that_nobody_knows_leaves_open_what_was_done()
    {
        Assert.True(Assert.Throws<CqlException>(() => Responses.Rows(Parse(FakeRequest.Failure((CqlFailure)0x1700, "unknown")))).MayHaveHappened);
        Assert.True(Assert.Throws<CqlException>(() => Responses.Rows(Parse(FakeRequest.Failure(CqlFailure.NotSent, "a lie")))).MayHaveHappened);
        Assert.True(Assert.Throws<CqlException>(() => Responses.Rows(Parse(FakeRequest.Failure(CqlFailure.Unavailable, "replicas")))).MayHaveHappened);
        Assert.False(Assert.Throws<CqlException>(() => Responses.Rows(Parse(FakeRequest.Failure(CqlFailure.Invalid, "mistake")))).MayHaveHappened);
    }

    private static FrameWriter Result(IReadOnlyList<object?[]> rows) => FakeRequest.Rows(Columns, [.. rows.Select(row => row.Select((value, index) => CqlValue.Write(Columns[index], value)).ToArray())]);

    private static object?[] Read(Row row) =>
    [
        row.GetGuidOrNull(0), row.GetLongOrNull(1), row.GetStringOrNull(2), row.IsNull(3) ? null : row.GetBoolean(3), row.IsNull(4) ? null : row.GetTime(4),
        row.IsNull(5) ? null : row.GetInt(5), row.IsNull(6) ? null : row.GetByte(6), row.IsNull(7) ? null : row.GetBytes(7), row.IsNull(8) ? null : row.GetShort(8),
    ];

    private static Frame Parse(FrameWriter answer)
    {
        var bytes = answer.ToFrame().ToArray();
        Assert.Equal(bytes.Length - Frame.HeaderLength, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(5)));
        return new Frame(0, 0, (Opcode)bytes[4], bytes[Frame.HeaderLength..]);
    }

    private sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
