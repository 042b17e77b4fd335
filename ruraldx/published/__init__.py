"""What has been published: a read model of its own, written by the act of publication, field by field."""
