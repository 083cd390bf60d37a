using System.Net;
using System.Text;

namespace LiveComments.Tests.Server;

/// <summary>Writes files in MaxMind's format (https://maxmind.github.io/MaxMind-DB/) that know one network.</summary>
internal static class LocalityTestFile
{
    private const int Record = 24;

    /// <param name="record">Maps of texts, maps and lists of them.</param>
    public static byte[] Write(IPNetwork network, object record)
    {
        var bits = network.BaseAddress.GetAddressBytes();
        var nodes = network.PrefixLength;
        using var file = new MemoryStream();
        for (var node = 0; node < nodes; node++)
        {
            var isRight = (bits[node / 8] >> (7 - node % 8) & 1) == 1;
            // The count of nodes stands for nothing; what is above it, less 16, is a place in the data.
            var next = node == nodes - 1 ? nodes + 16 : node + 1;
            foreach (var child in isRight ? [nodes, next] : (int[])[next, nodes])
                file.Write([(byte)(child >> 16), (byte)(child >> 8), (byte)child]);
        }
        file.Write(new byte[16]);
        Put(file, record);
        file.Write([0xAB, 0xCD, 0xEF]);
        file.Write("MaxMind.com"u8);
        Put(file, new Dictionary<string, object>
        {
            ["node_count"] = (uint)nodes,
            ["record_size"] = (ushort)Record,
            ["ip_version"] = (ushort)4,
            ["database_type"] = "Test",
            ["languages"] = Array.Empty<object>(),
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1_767_225_600UL,
            ["description"] = new Dictionary<string, object>(),
        });
        return file.ToArray();
    }

    private static void Put(MemoryStream file, object value)
    {
        switch (value)
        {
            case string text:
                Control(file, 2, Encoding.UTF8.GetByteCount(text));
                file.Write(Encoding.UTF8.GetBytes(text));
                break;
            case ushort number:
                Control(file, 5, 2);
                file.Write([(byte)(number >> 8), (byte)number]);
                break;
            case uint number:
                Control(file, 6, 4);
                file.Write([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
                break;
            case ulong number:
                Control(file, 9, 8);
                for (var shift = 56; shift >= 0; shift -= 8)
                    file.WriteByte((byte)(number >> shift));
                break;
            case IReadOnlyDictionary<string, object> map:
                Control(file, 7, map.Count);
                foreach (var (name, member) in map)
                {
                    Put(file, name);
                    Put(file, member);
                }
                break;
            case object[] list:
                Control(file, 11, list.Length);
                foreach (var one in list)
                    Put(file, one);
                break;
        }
    }

    /// <summary>The type, and a size below 29.</summary>
    private static void Control(MemoryStream file, int type, int size)
    {
        file.WriteByte((byte)((type <= 7 ? type << 5 : 0) | size));
        if (type > 7)
            file.WriteByte((byte)(type - 7));
    }
}
