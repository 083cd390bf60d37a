namespace LiveComments.Ingest;

/// <summary>A request on its way through the stages of ingest.</summary>
internal interface IPending
{
    /// <summary>Answers that it is refused.</summary>
    void Refuse(Refusal refusal);
}
